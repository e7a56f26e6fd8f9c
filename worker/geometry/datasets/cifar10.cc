#include "worker/geometry/datasets/cifar10.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>

#include "absl/strings/str_cat.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

constexpr size_t kRecord = 3073;  // a label, then 3 planes of 32×32
constexpr int kClasses = 10;

absl::Status Check(const NamedBytes& file) {
  const size_t rest = file.bytes.size() % kRecord;
  if (file.bytes.empty() || rest != 0) {
    return Malformed(file, file.bytes.size() - rest,
                     absl::StrCat("a record of ", kRecord, " bytes"), absl::StrCat(rest, " bytes"));
  }
  for (size_t offset = 0; offset < file.bytes.size(); offset += kRecord) {
    const int label = static_cast<uint8_t>(file.bytes[offset]);
    if (label < kClasses) continue;
    return Malformed(file, offset, absl::StrCat("a label below ", kClasses), absl::StrCat(label));
  }
  return absl::OkStatus();
}

// A view of the file's records, shape [n, 3073], uint8.
at::Tensor Records(const NamedBytes& file) {
  const int64_t count = static_cast<int64_t>(file.bytes.size() / kRecord);
  return at::from_blob(const_cast<char*>(file.bytes.data()), {count, kRecord}, at::kByte);
}

}  // namespace

absl::StatusOr<Examples> ParseCifar10(const std::vector<NamedBytes>& files) {
  Tensors pixels, labels;
  for (const NamedBytes& file : files) {
    if (absl::Status status = Check(file); !status.ok()) return status;
    const at::Tensor records = Records(file);
    labels.push_back(records.select(1, 0).to(at::kLong));
    pixels.push_back(records.slice(1, 1));
  }
  if (files.empty()) return absl::InvalidArgumentError("cifar10: no files to parse");
  return Examples{at::cat(pixels).view({-1, 3, 32, 32}), at::cat(labels)};
}

}  // namespace geometer::geometry
