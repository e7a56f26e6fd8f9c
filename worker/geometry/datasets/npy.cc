#include "worker/geometry/datasets/npy.h"

#include <ATen/ops/from_blob.h>

#include <charconv>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"

namespace geometer::geometry {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMostDimensions = 8;

// The fields of the header, a Python dictionary in a fixed style of writing.
struct Header {
  std::string_view text;
  size_t begin = 0;  // of the text within the file
  size_t end = 0;
};

absl::StatusOr<Header> FindHeader(const NamedBytes& file) {
  if (file.bytes.substr(0, kMagic.size()) != kMagic || file.bytes.size() < 12) {
    return Malformed(file, 0, "an array in NPY format", "other bytes");
  }
  const int version = static_cast<unsigned char>(file.bytes[6]);
  if (version != 1 && version != 2) {
    return Malformed(file, 6, "version 1 or 2", absl::StrCat(version));
  }
  const size_t length_bytes = version == 1 ? 2 : 4;
  size_t length = 0;
  for (size_t i = 0; i < length_bytes; ++i) {
    length |= size_t{static_cast<uint8_t>(file.bytes[8 + i])} << (8 * i);
  }
  const size_t begin = 8 + length_bytes;
  if (length > file.bytes.size() - begin) {
    return Malformed(file, 8, "the length of the header", absl::StrCat(length));
  }
  return Header{file.bytes.substr(begin, length), begin, begin + length};
}

// What follows `'key': ` in the header.
std::optional<std::string_view> ValueOf(const Header& header, std::string_view key) {
  const std::string label = absl::StrCat("'", absl::string_view(key.data(), key.size()), "': ");
  const size_t place = header.text.find(label);
  if (place == std::string_view::npos) return std::nullopt;
  return header.text.substr(place + label.size());
}

std::optional<at::ScalarType> TypeOf(const Header& header) {
  const std::string_view text = ValueOf(header, "descr").value_or("").substr(0, 5);
  if (text == "'|u1'") return at::kByte;
  if (text == "'<i8'") return at::kLong;
  if (text == "'<f4'") return at::kFloat;
  if (text == "'<f8'") return at::kDouble;
  return std::nullopt;
}

// "(3, 4)", "(5,)": whole numbers, each with what separates it from the next.
std::optional<std::vector<int64_t>> ShapeOf(const Header& header) {
  std::string_view text = ValueOf(header, "shape").value_or("");
  if (!text.starts_with('(')) return std::nullopt;
  std::vector<int64_t> shape;
  while (true) {
    text.remove_prefix(1);
    if (text.starts_with(' ')) text.remove_prefix(1);
    if (text.starts_with(')')) return shape;
    int64_t size = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || size < 0 || shape.size() == kMostDimensions) return std::nullopt;
    text.remove_prefix(stop - text.data());
    if (!text.starts_with(',') && !text.starts_with(')')) return std::nullopt;
    shape.push_back(size);
    if (text.starts_with(')')) return shape;
  }
}

// The number of bytes of an array, or none where it is beyond `limit`.
std::optional<size_t> BytesOf(const std::vector<int64_t>& shape, size_t item, size_t limit) {
  size_t bytes = item;
  for (const int64_t size : shape) {
    if (size != 0 && bytes > limit / static_cast<size_t>(size)) return std::nullopt;
    bytes *= static_cast<size_t>(size);
  }
  return bytes;
}

}  // namespace

absl::StatusOr<at::Tensor> ParseNpy(const NamedBytes& file) {
  const auto header = FindHeader(file);
  if (!header.ok()) return header.status();
  const auto refuse = [&](const char* expected) {
    return Malformed(file, header->begin, expected, "another header");
  };
  const auto type = TypeOf(*header);
  if (!type) return refuse("type |u1, <i8, <f4 or <f8");
  if (!ValueOf(*header, "fortran_order").value_or("").starts_with("False")) {
    return refuse("C order");
  }
  const auto shape = ShapeOf(*header);
  if (!shape) return refuse("a shape of at most 8 dimensions");
  const size_t found = file.bytes.size() - header->end;
  if (BytesOf(*shape, at::elementSize(*type), found) != found) {
    return Malformed(file, header->end, "the numbers of the array and nothing after them",
                     absl::StrCat(found, " bytes"));
  }
  char* begin = const_cast<char*>(file.bytes.data()) + header->end;
  const at::Tensor bytes = at::from_blob(begin, {static_cast<int64_t>(found)}, at::kByte).clone();
  return bytes.view(*type).view(*shape);
}

}  // namespace geometer::geometry
