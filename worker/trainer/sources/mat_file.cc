#include "worker/trainer/sources/mat_file.h"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

using geometry::Malformed;
using geometry::NamedBytes;

constexpr size_t kHeaderBytes = 128;
constexpr size_t kMostDimensions = 8;

// Numbers of MATLAB's format.
enum Type : uint32_t {
  kInt8 = 1,
  kUint8 = 2,
  kInt32 = 5,
  kUint32 = 6,
  kMatrix = 14,
  kCompressed = 15
};

uint32_t LittleEndian32(std::string_view bytes, size_t offset) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |= uint32_t{static_cast<uint8_t>(bytes[offset + i])} << (8 * i);
  }
  return value;
}

// A typed piece of data.
struct Element {
  uint32_t type = 0;
  std::string_view data;
};

// Reads elements one after another.
class Elements {
 public:
  Elements(const NamedBytes& file, size_t offset) : file_(file), offset_(offset) {}

  bool done() const { return offset_ >= file_.bytes.size(); }
  size_t offset() const { return offset_; }

  absl::StatusOr<Element> Next() {
    const size_t left = done() ? 0 : file_.bytes.size() - offset_;
    if (left < 8) return Refuse("an element of 8 bytes or more", absl::StrCat(left, " bytes"));
    const uint32_t word = LittleEndian32(file_.bytes, offset_);
    const bool small = word >> 16 != 0;  // type and size share a word, the data follow in the next
    const uint32_t size = small ? word >> 16 : LittleEndian32(file_.bytes, offset_ + 4);
    const size_t tag = small ? 4 : 8;
    if (size > (small ? 4 : left - tag))
      return Refuse("an element's data", "a size beyond the end");
    const Element element{small ? word & 0xffff : word, file_.bytes.substr(offset_ + tag, size)};
    const size_t whole = small ? 8 : tag + size;
    // Everything but compressed data is filled up to 8 bytes.
    offset_ += element.type == kCompressed ? whole : (whole + 7) / 8 * 8;
    return element;
  }

  absl::StatusOr<std::string_view> Next(Type type, const char* what) {
    const auto element = Next();
    if (!element.ok()) return element.status();
    if (element->type == type) return element->data;
    return Refuse(what, absl::StrCat("type ", element->type));
  }

 private:
  absl::Status Refuse(const std::string& expected, const std::string& got) const {
    return Malformed(file_, offset_, expected, got);
  }

  const NamedBytes& file_;
  size_t offset_;
};

// Ends a zlib stream with its scope.
class Inflater {
 public:
  explicit Inflater(std::string_view data) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream_.avail_in = static_cast<uInt>(data.size());
    ready_ = inflateInit(&stream_) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends up to `count` bytes; returns zlib's code.
  int Append(size_t count, std::string& out) {
    if (!ready_) return Z_MEM_ERROR;
    const size_t size = out.size();
    out.resize(size + count);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + size);
    stream_.avail_out = static_cast<uInt>(count);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    out.resize(size + count - stream_.avail_out);
    return code;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

absl::StatusOr<std::string> Inflate(std::string_view data, const NamedBytes& file, size_t offset,
                                    size_t max_bytes) {
  constexpr size_t kBlock = 1 << 20;
  Inflater inflater(data);
  std::string out;
  int code = Z_OK;
  while (code == Z_OK && out.size() <= max_bytes) code = inflater.Append(kBlock, out);
  if (out.size() > max_bytes) return Malformed(file, offset, "the end of the array", "more data");
  if (code == Z_STREAM_END) return out;
  return Malformed(file, offset, "compressed data", "damaged data");
}

// Whether `count` is the product of `dimensions`.
bool IsProduct(uint64_t count, const std::vector<int64_t>& dimensions) {
  uint64_t product = 1;
  for (const int64_t size : dimensions) {
    if (size != 0 && product > count / static_cast<uint64_t>(size)) return false;
    product *= static_cast<uint64_t>(size);
  }
  return product == count;
}

absl::StatusOr<std::vector<int64_t>> ParseDimensions(std::string_view data,
                                                     const NamedBytes& file) {
  std::vector<int64_t> dimensions;
  for (size_t i = 0; i + 4 <= data.size() && i / 4 <= kMostDimensions; i += 4) {
    dimensions.push_back(static_cast<int32_t>(LittleEndian32(data, i)));
  }
  const bool negative = std::ranges::any_of(dimensions, [](int64_t size) { return size < 0; });
  if (!dimensions.empty() && dimensions.size() <= kMostDimensions && !negative) return dimensions;
  return Malformed(file, 16, absl::StrCat("1 to ", kMostDimensions, " dimensions"), "others");
}

// `matrix` holds the elements of one array.
absl::StatusOr<MatArray> ParseMatrix(const NamedBytes& matrix) {
  Elements elements(matrix, 0);
  const auto flags = elements.Next(kUint32, "the flags of an array");
  if (!flags.ok()) return flags.status();
  const auto sizes = elements.Next(kInt32, "the dimensions of an array");
  if (!sizes.ok()) return sizes.status();
  auto dimensions = ParseDimensions(*sizes, matrix);
  if (!dimensions.ok()) return dimensions.status();
  const auto name = elements.Next(kInt8, "the name of an array");
  if (!name.ok()) return name.status();
  const size_t offset = elements.offset();
  const auto values = elements.Next(kUint8, "values that are bytes");
  if (!values.ok()) return values.status();
  if (!IsProduct(values->size(), *dimensions)) {
    return Malformed(matrix, offset, "as many values as the dimensions say",
                     absl::StrCat(values->size()));
  }
  return MatArray{std::string(*name), *std::move(dimensions), std::string(*values)};
}

// The element that lies, compressed, in `data`.
absl::StatusOr<MatArray> ParseCompressed(std::string_view data, const NamedBytes& file,
                                         size_t offset, size_t max_bytes) {
  const auto inflated = Inflate(data, file, offset, max_bytes);
  if (!inflated.ok()) return inflated.status();
  const NamedBytes inner{absl::StrCat(file.name, ": offset ", offset, ", decompressed"), *inflated};
  const auto matrix = Elements(inner, 0).Next(kMatrix, "an array");
  if (!matrix.ok()) return matrix.status();
  return ParseMatrix({inner.name, *matrix});
}

}  // namespace

absl::StatusOr<std::vector<MatArray>> ParseMat(const NamedBytes& file, size_t max_bytes) {
  if (file.bytes.size() < kHeaderBytes ||
      file.bytes.substr(124, 4) != std::string_view("\0\1IM", 4)) {
    return Malformed(file, 0, "a MATLAB 5 file, little-endian", "other bytes");
  }
  std::vector<MatArray> arrays;
  for (Elements elements(file, kHeaderBytes); !elements.done();) {
    const size_t offset = elements.offset();
    const auto element = elements.Next();
    if (!element.ok()) return element.status();
    if (element->type != kMatrix && element->type != kCompressed) {
      return Malformed(file, offset, "an array", absl::StrCat("type ", element->type));
    }
    auto array = element->type == kMatrix
                     ? ParseMatrix({absl::StrCat(file.name, ": offset ", offset), element->data})
                     : ParseCompressed(element->data, file, offset, max_bytes);
    if (!array.ok()) return array.status();
    arrays.push_back(*std::move(array));
  }
  return arrays;
}

}  // namespace geometer::trainer
