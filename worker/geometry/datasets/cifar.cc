#include "worker/geometry/datasets/cifar.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>

#include "absl/strings/str_cat.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

constexpr size_t kPixels = size_t{3} * 32 * 32;

// A record begins with a label for each of these numbers of classes.
using Layout = std::vector<int>;

size_t RecordBytes(const Layout& layout) { return layout.size() + kPixels; }

absl::Status CheckLabels(const NamedBytes& file, size_t record, const Layout& layout) {
  for (size_t i = 0; i < layout.size(); ++i) {
    const int label = static_cast<uint8_t>(file.bytes[record + i]);
    if (label < layout[i]) continue;
    return Malformed(file, record + i, absl::StrCat("a label below ", layout[i]),
                     absl::StrCat(label));
  }
  return absl::OkStatus();
}

absl::Status Check(const NamedBytes& file, const Layout& layout) {
  const size_t size = RecordBytes(layout);
  const size_t rest = file.bytes.size() % size;
  if (file.bytes.empty() || rest != 0) {
    return Malformed(file, file.bytes.size() - rest, absl::StrCat("a record of ", size, " bytes"),
                     absl::StrCat(rest, " bytes"));
  }
  for (size_t record = 0; record < file.bytes.size(); record += size) {
    if (absl::Status status = CheckLabels(file, record, layout); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// A view of the file's records, shape [n, bytes], uint8.
at::Tensor Records(const NamedBytes& file, const Layout& layout) {
  const auto size = static_cast<int64_t>(RecordBytes(layout));
  const auto count = static_cast<int64_t>(file.bytes.size()) / size;
  return at::from_blob(const_cast<char*>(file.bytes.data()), {count, size}, at::kByte);
}

// The targets are the labels number `label` of each record.
absl::StatusOr<Examples> Parse(const std::vector<NamedBytes>& files, const Layout& layout,
                               int64_t label) {
  Tensors pixels, labels;
  for (const NamedBytes& file : files) {
    if (absl::Status status = Check(file, layout); !status.ok()) return status;
    const at::Tensor records = Records(file, layout);
    labels.push_back(records.select(1, label).to(at::kLong));
    pixels.push_back(records.slice(1, static_cast<int64_t>(layout.size())));
  }
  return Examples{at::cat(pixels).view({-1, 3, 32, 32}), at::cat(labels)};
}

}  // namespace

absl::StatusOr<Examples> ParseCifar10(const std::vector<NamedBytes>& files) {
  if (files.empty()) return absl::InvalidArgumentError("cifar10: no files to parse");
  return Parse(files, {10}, 0);
}

absl::StatusOr<Examples> ParseCifar100(const NamedBytes& file, Cifar100Labels labels) {
  return Parse({file}, {20, 100}, labels == Cifar100Labels::kCoarse ? 0 : 1);
}

}  // namespace geometer::geometry
