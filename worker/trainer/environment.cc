#include "worker/trainer/environment.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <malloc.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

constexpr char kCpuFile[] = "/proc/cpuinfo";
constexpr char kGpuDriverFile[] = "/proc/driver/nvidia/version";
constexpr char kGpuFolder[] = "/proc/driver/nvidia/gpus";

// What follows the colon of the first line that begins with `key`.
std::string Lookup(const std::filesystem::path& file, std::string_view key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!absl::StartsWith(line, absl::string_view(key.data(), key.size()))) continue;
    return std::string(absl::StripAsciiWhitespace(line.substr(line.find(':') + 1)));
  }
  return "unknown";
}

std::string GpuName() {
  std::error_code ignored;
  for (const auto& gpu : std::filesystem::directory_iterator(kGpuFolder, ignored)) {
    return Lookup(gpu.path() / "information", "Model");
  }
  return "unknown";
}

}  // namespace

void EnsureVariables(const v1::JobSpec& spec, char** arguments) {
  std::map<std::string, std::string> wanted = {{"OMP_NUM_THREADS", absl::StrCat(spec.threads())},
                                               {"OMP_DYNAMIC", "false"}};
  if (spec.resources().device() == v1::DEVICE_CUDA) wanted["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8";
  bool changed = false;
  for (const auto& [name, value] : wanted) {
    const char* present = std::getenv(name.c_str());
    if (present != nullptr && value == present) continue;
    setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
    changed = true;
  }
  if (changed) execv("/proc/self/exe", arguments);
}

void MakeDeterministic(int threads) {
  at::set_num_threads(threads);
  at::Context& context = at::globalContext();
  context.setDeterministicAlgorithms(true, /*warn_only=*/false);
  context.setDeterministicFillUninitializedMemory(false);  // nothing reads what it did not write
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
  context.setAllowTF32CuBLAS(false);
  context.setAllowTF32CuDNN(false);
}

void KeepFreedMemory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes; what is larger is given back
  mallopt(M_TRIM_THRESHOLD, -1);
}

void ReleaseFreedMemory() { malloc_trim(0); }

std::string NumericEnvironment(const at::Device& device) {
  std::string text = absl::StrCat("torch ", TorchVersion(), "; ", DeviceName(at::kCPU), "; ",
                                  at::get_cpu_capability(), "; threads ", at::get_num_threads());
  if (device.is_cuda()) {
    absl::StrAppend(&text, "; ", DeviceName(device), "; ", Lookup(kGpuDriverFile, "NVRM version"));
  }
  return text;
}

std::string DeviceName(const at::Device& device) {
  return device.is_cuda() ? GpuName() : Lookup(kCpuFile, "model name");
}

std::string TorchVersion() { return TORCH_VERSION; }

}  // namespace geometer::trainer
