#include "worker/trainer/sources/svhn.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "worker/trainer/sources/mat_file.h"

namespace geometer::trainer {
namespace {

constexpr size_t kMostBytes = 512 << 20;  // the largest array, of the training pictures, has 225 MB

const MatArray* Find(const std::vector<MatArray>& arrays, const std::string& name) {
  const auto found = std::ranges::find(arrays, name, &MatArray::name);
  return found == arrays.end() ? nullptr : &*found;
}

// A copy of the array's bytes as a vector.
at::Tensor Bytes(const MatArray& array) {
  auto* begin = const_cast<char*>(array.bytes.data());
  return at::from_blob(begin, {static_cast<int64_t>(array.bytes.size())}, at::kByte).clone();
}

bool AreLabels(const std::string& bytes) {
  return std::ranges::all_of(bytes, [](char label) { return label >= 1 && label <= 10; });
}

}  // namespace

absl::StatusOr<geometry::Examples> ParseSvhn(const geometry::NamedBytes& file) {
  const auto arrays = ParseMat(file, kMostBytes);
  if (!arrays.ok()) return arrays.status();
  const auto refuse = [&](const char* expected) {
    return geometry::Malformed(file, 128, expected, "other arrays");
  };
  const MatArray* pictures = Find(*arrays, "X");
  const MatArray* labels = Find(*arrays, "y");
  if (pictures == nullptr || labels == nullptr) return refuse("arrays X and y");
  const auto count = static_cast<int64_t>(labels->bytes.size());
  if (count == 0 || pictures->dimensions != std::vector<int64_t>{32, 32, 3, count}) {
    return refuse("X of 32 × 32 × 3 × as many pictures as there are labels, 1 or more");
  }
  if (!AreLabels(labels->bytes)) return refuse("labels y of 1 to 10");
  // MATLAB's first dimension runs fastest: rows within columns within channels within pictures.
  const at::Tensor columns_first = Bytes(*pictures).view({count, 3, 32, 32});
  return geometry::Examples{columns_first.transpose(2, 3).contiguous(),
                            Bytes(*labels).to(at::kLong).remainder(10)};
}

}  // namespace geometer::trainer
