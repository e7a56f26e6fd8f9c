#include "worker/geometry/datasets/idx.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace geometer::geometry {
namespace {

constexpr uint32_t kImageMagic = 0x803;  // unsigned bytes, three dimensions
constexpr uint32_t kLabelMagic = 0x801;  // unsigned bytes, one dimension
constexpr uint64_t kLargestSide = 65536;

absl::Status CheckHeader(const NamedBytes& file, uint32_t magic, size_t size) {
  if (file.bytes.size() < size) {
    return Malformed(file, file.bytes.size(), absl::StrCat("a header of ", size, " bytes"),
                     "the end of the file");
  }
  if (const uint32_t found = BigEndian32(file.bytes, 0); found != magic) {
    return Malformed(file, 0, absl::StrFormat("magic 0x%08x", magic),
                     absl::StrFormat("0x%08x", found));
  }
  return absl::OkStatus();
}

// Whether exactly `count` items of `size` bytes follow the header.
absl::Status CheckBody(const NamedBytes& file, size_t header, uint64_t count, uint64_t size) {
  const uint64_t found = file.bytes.size() - header;
  if (found / size == count && found % size == 0) return absl::OkStatus();
  const bool truncated = found / size < count;
  return Malformed(file, truncated ? file.bytes.size() : header + count * size,
                   absl::StrCat(count, " items of ", size, " bytes after the header"),
                   absl::StrCat(found, " bytes"));
}

absl::Status CheckImages(const NamedBytes& file) {
  if (absl::Status status = CheckHeader(file, kImageMagic, 16); !status.ok()) return status;
  const uint64_t count = BigEndian32(file.bytes, 4);
  if (count == 0) return Malformed(file, 4, "at least 1 image", "0");
  for (const size_t offset : {8, 12}) {
    const uint64_t side = BigEndian32(file.bytes, offset);
    if (side >= 1 && side <= kLargestSide) continue;
    return Malformed(file, offset, absl::StrCat("a side of 1 to ", kLargestSide, " pixels"),
                     absl::StrCat(side));
  }
  const uint64_t pixels = uint64_t{BigEndian32(file.bytes, 8)} * BigEndian32(file.bytes, 12);
  return CheckBody(file, 16, count, pixels);
}

absl::Status CheckLabels(const NamedBytes& file, uint32_t images, const LabelRange& range) {
  if (absl::Status status = CheckHeader(file, kLabelMagic, 8); !status.ok()) return status;
  if (const uint32_t count = BigEndian32(file.bytes, 4); count != images) {
    return Malformed(file, 4, absl::StrCat(images, " labels, one per image"), absl::StrCat(count));
  }
  if (absl::Status status = CheckBody(file, 8, images, 1); !status.ok()) return status;
  for (size_t offset = 8; offset < file.bytes.size(); ++offset) {
    const int label = static_cast<uint8_t>(file.bytes[offset]);
    if (label >= range.first && label < range.first + range.classes) continue;
    return Malformed(file, offset,
                     absl::StrCat("a label ", range.first, " to ", range.first + range.classes - 1),
                     absl::StrCat(label));
  }
  return absl::OkStatus();
}

// A copy of the bytes from `offset` on, as uint8.
at::Tensor Body(const NamedBytes& file, size_t offset, at::IntArrayRef shape) {
  return at::from_blob(const_cast<char*>(file.bytes.data()) + offset, shape, at::kByte).clone();
}

}  // namespace

absl::StatusOr<Examples> ParseIdx(const NamedBytes& images, const NamedBytes& labels,
                                  const LabelRange& range) {
  if (absl::Status status = CheckImages(images); !status.ok()) return status;
  const uint32_t count = BigEndian32(images.bytes, 4);
  if (absl::Status status = CheckLabels(labels, count, range); !status.ok()) return status;
  const std::vector<int64_t> shape = {count, 1, BigEndian32(images.bytes, 8),
                                      BigEndian32(images.bytes, 12)};
  const at::Tensor targets = Body(labels, 8, {count}).to(at::kLong);
  return Examples{Body(images, 16, shape), targets - range.first};
}

absl::StatusOr<Examples> ParseEmnist(const NamedBytes& images, const NamedBytes& labels,
                                     const LabelRange& range) {
  absl::StatusOr<Examples> examples = ParseIdx(images, labels, range);
  if (examples.ok()) examples->inputs = examples->inputs.transpose(2, 3).contiguous();
  return examples;
}

}  // namespace geometer::geometry
