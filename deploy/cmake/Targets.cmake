# The three kinds of target in this project. The include root is the repository root; generated
# code is found under the build tree.

# geometer_library(NAME SOURCES a.cc … [LINK target …]): a static library. Header-only without SOURCES.
function(geometer_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(ARG_SOURCES)
    add_library(${NAME} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${NAME} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(${NAME} ${scope} ${ARG_LINK})
endfunction()

# geometer_program(NAME SOURCES … [LINK …] [RPATH folder …]): an installed executable. An installed tree may
# be moved: it looks for libraries in ../lib and in the folders of RPATH (LibTorch's, for what links it).
# Component `bundle` adds to lib/ what a machine without Debian's libraries lacks; LD_LIBRARY_PATH must
# then name that folder, since those libraries load each other (see tests/gpu/run.sh).
function(geometer_program NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;RPATH" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_include_directories(${NAME} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${NAME} PRIVATE ${ARG_LINK})
  set_target_properties(${NAME} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib;${ARG_RPATH}")
  install(TARGETS ${NAME} RUNTIME_DEPENDENCY_SET libraries RUNTIME DESTINATION bin)
endfunction()

# geometer_bundle(): the install rule of component `bundle`, after all programs.
function(geometer_bundle)
  install(RUNTIME_DEPENDENCY_SET libraries DESTINATION lib COMPONENT bundle EXCLUDE_FROM_ALL
    POST_EXCLUDE_REGEXES "/(ld-linux|libc|libm|libdl|libpthread|librt|libstdc\\+\\+|libgcc_s)[-.]" "/torch/lib/" "/nvidia/")
endfunction()

# geometer_test(NAME SOURCES … [LINK …] [LABELS …] [ARGUMENTS …] [TIMEOUT s]): one GoogleTest program, one
# CTest entry. The default label is "fast"; "slow" ones are left out of the default run. LibTorch gets one
# thread, for several programs run at a time; threads that a case asks for wait without spinning.
function(geometer_test NAME)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS;ARGUMENTS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS fast)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_include_directories(${NAME} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${NAME} PRIVATE ${ARG_LINK} GTest::gmock_main)
  add_test(NAME ${NAME} COMMAND ${NAME} ${ARG_ARGUMENTS})
  set_tests_properties(${NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "OMP_NUM_THREADS=1;OMP_WAIT_POLICY=passive")
  if("data" IN_LIST ARG_LABELS)
    # Needs a data set that not every machine has: CTest names it as skipped where all of it skips. One
    # skipped case beside others does not count, since CTest would take a failure there for skipped too.
    set_tests_properties(${NAME} PROPERTIES SKIP_REGULAR_EXPRESSION
      "PASSED  \\] 0 tests\\.\n.*listed below:\n(\\[  SKIPPED \\] [^\n]*\n?)+$")
  endif()
endfunction()
