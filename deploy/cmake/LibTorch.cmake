# Torch::Cpu, an imported target for the LibTorch inside the PyPI wheel `torch`.
#
# The wheel's own CMake package is not used: it wants the whole CUDA toolkit and defines a second
# protobuf::libprotobuf. Only libtorch_cpu and libc10 are linked; CUDA is opened at run time.
# The wheel also ships headers of protobuf and others: -idirafter puts its include directories behind the
# system's (SYSTEM would put them before), so that one file may include both.

set(GEOMETER_TORCH "" CACHE PATH "The wheel's torch folder; empty: the one in the repository's .venv")
if(NOT GEOMETER_TORCH)
  file(GLOB candidates ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
  list(GET candidates 0 GEOMETER_TORCH_FOUND)
  set(torch_root ${GEOMETER_TORCH_FOUND})
else()
  set(torch_root ${GEOMETER_TORCH})
endif()
if(NOT EXISTS ${torch_root}/lib/libtorch_cpu.so)
  message(FATAL_ERROR "LibTorch not found (looked in '${torch_root}'). Run deploy/setup.sh, or pass "
    "-DGEOMETER_TORCH=…/site-packages/torch, or -DGEOMETER_TRAINER=OFF to build without the trainer.")
endif()
message(STATUS "LibTorch: ${torch_root}")

add_library(Torch::Cpu INTERFACE IMPORTED)
target_compile_options(Torch::Cpu INTERFACE
  "SHELL:-idirafter ${torch_root}/include" "SHELL:-idirafter ${torch_root}/include/torch/csrc/api/include")
target_link_libraries(Torch::Cpu INTERFACE ${torch_root}/lib/libtorch_cpu.so ${torch_root}/lib/libc10.so)
target_compile_definitions(Torch::Cpu INTERFACE _GLIBCXX_USE_CXX11_ABI=1)

# For RPATH of the programs that link it.
set(TORCH_LIBRARY_FOLDER ${torch_root}/lib)

# geometer_precompile(TARGET header …): parses LibTorch's tensors, and further headers, once for all sources of
# TARGET: they are two thirds of what a file costs. Sources still include what they use.
function(geometer_precompile TARGET)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  target_precompile_headers(${TARGET} PRIVATE <ATen/core/Tensor.h> <ATen/TensorOperators.h> ${ARGN})
  target_compile_options(${TARGET} PRIVATE -fpch-preprocess) # ccache asks for it
endfunction()
