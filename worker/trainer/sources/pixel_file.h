#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"

namespace geometer::trainer {

// Pictures of one size as raw bytes in a file, made once and then mapped: only the pages that are
// touched are read, and the system drops them again where memory is short.
struct PixelFile {
  std::filesystem::path path;
  int64_t pictures = 0;
  std::vector<int64_t> shape;  // of one picture
  int threads = 1;             // that make it
};

// Returns the bytes of picture number `i`. Called from several threads at once.
using MakePicture = std::function<absl::StatusOr<std::vector<uint8_t>>(int64_t i)>;

// Maps the file as uint8 [pictures, shape…]. Where it isn't there, `make` makes it first: under a
// temporary name, renamed once it is whole; of two processes one makes it and the other waits.
// Returns the error of the first picture that can't be made, else Internal errors of the system.
absl::StatusOr<at::Tensor> MapPixels(const PixelFile& file, const MakePicture& make);

}  // namespace geometer::trainer
