# Writes OUTPUT, a header with the version and the git revision of SOURCE; touches it only on a change.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=40 --exclude=*
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT revision)
  set(revision unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#pragma once

namespace geometer::trainer {

inline constexpr char kVersion[] = "@VERSION@";
inline constexpr char kRevision[] = "@revision@";

}  // namespace geometer::trainer
]] @ONLY)
