#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace geometer::contract {

// SHA-256 of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void Add(absl::string_view bytes);
  // Of all that was added, lower-case hexadecimal; once.
  std::string Hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// SHA-256 of a file's bytes, lower-case hexadecimal; UNAVAILABLE when it can't be read.
absl::StatusOr<std::string> Sha256OfFile(const std::filesystem::path& file);

}  // namespace geometer::contract
