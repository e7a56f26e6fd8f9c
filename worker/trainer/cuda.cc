#include "worker/trainer/cuda.h"

#include <ATen/Context.h>
#include <dlfcn.h>

#include <filesystem>

#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

// The folder of libtorch_cpu.so, where the wheel has libtorch_cuda.so too.
std::filesystem::path TorchFolder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&at::globalContext), &info) == 0) return {};
  return std::filesystem::path(info.dli_fname).parent_path();
}

}  // namespace

absl::Status OpenCuda() {
  const std::filesystem::path library = TorchFolder() / "libtorch_cuda.so";
  if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("device cuda: ", dlerror(),
                     "; this needs LibTorch's CUDA libraries: run deploy/setup.sh --cuda"));
  }
  if (at::detail::getCUDAHooks().getNumGPUs() > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "device cuda: LibTorch's CUDA libraries are here, but no GPU is; check nvidia-smi");
}

}  // namespace geometer::trainer
