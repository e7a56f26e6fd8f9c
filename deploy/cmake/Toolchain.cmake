# Compiler flags, sanitizers, and the optional accelerators of the build: ccache and mold.

add_compile_options(-Wall -Wextra -Werror=switch -Werror=return-type -Wno-unused-parameter)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wthread-safety -Werror=thread-safety)
endif()

if(GEOMETER_SANITIZE)
  add_compile_options(-fsanitize=${GEOMETER_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${GEOMETER_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the source, so that two clones share one cache; what ccache wants of precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
