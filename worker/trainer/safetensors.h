#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/geometry/tensors.h"

namespace geometer::trainer {

// What a safetensors file holds: an 8-byte little-endian length, a JSON header of that length
// ({"NAME": {"dtype", "shape", "data_offsets"}, …, "__metadata__": {…}}), the tensors' bytes.
// Python reads it by `safetensors.torch.load_file`.
struct TensorFile {
  geometry::NamedTensors tensors;               // float32, float64, int64, int32 or uint8; CPU
  std::map<std::string, std::string> metadata;  // free text
};

// Writes `file` atomically. Tensors of any device and layout are accepted.
absl::Status WriteSafetensors(const std::filesystem::path& path, const TensorFile& file);

// Reads a file that anyone may have written. NotFound: there is none. DataLoss, naming the file
// and what is wrong: a header that is too long or no such JSON object, an unknown type, a shape
// that does not fit its bytes, bytes that are missing, shared by two tensors or used by none.
absl::StatusOr<TensorFile> ReadSafetensors(const std::filesystem::path& path);

}  // namespace geometer::trainer
