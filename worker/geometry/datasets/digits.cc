#include "worker/geometry/datasets/digits.h"

#include <ATen/ops/tensor.h>

#include <charconv>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "worker/geometry/datasets/split.h"

namespace geometer::geometry {
namespace {

constexpr int kLines = 1797;
constexpr int kPixels = 64;
constexpr int kMaximum = 16;
constexpr int kClasses = 10;
constexpr int kTest = 500;

// Reads the file from its start to its end.
class Reader {
 public:
  explicit Reader(const NamedBytes& file) : file_(file) {}

  // Reads a whole number 0 … `maximum` and the `separator` after it.
  absl::StatusOr<int> Number(int maximum, char separator) {
    const char* begin = file_.bytes.data() + offset_;
    const char* end = file_.bytes.data() + file_.bytes.size();
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || value > static_cast<unsigned>(maximum)) {
      return Malformed(file_, offset_, absl::StrCat("a whole number 0 to ", maximum), Found(begin));
    }
    offset_ += stop - begin;
    if (absl::Status status = Skip(separator); !status.ok()) return status;
    return static_cast<int>(value);
  }

  absl::Status End() const {
    if (offset_ == file_.bytes.size()) return absl::OkStatus();
    return Malformed(file_, offset_, absl::StrCat("the end after ", kLines, " lines"),
                     "more bytes");
  }

 private:
  absl::Status Skip(char separator) {
    const bool last = separator == '\n';
    if (last && file_.bytes.substr(offset_, 2) == "\r\n") ++offset_;
    if (file_.bytes.substr(offset_, 1) != std::string_view(&separator, 1)) {
      return Malformed(file_, offset_, last ? "the end of the line" : "a comma",
                       Found(file_.bytes.data() + offset_));
    }
    ++offset_;
    return absl::OkStatus();
  }

  // The bytes at `begin`, for a message.
  std::string Found(const char* begin) const {
    const std::string_view rest = file_.bytes.substr(begin - file_.bytes.data(), 8);
    if (rest.empty()) return "the end of the file";
    return absl::StrCat("'", absl::CHexEscape(absl::string_view(rest.data(), rest.size())), "'");
  }

  const NamedBytes file_;
  size_t offset_ = 0;
};

}  // namespace

absl::StatusOr<RawDataset> ParseDigits(const NamedBytes& file) {
  Reader reader(file);
  std::vector<uint8_t> pixels;
  std::vector<int64_t> labels;
  for (int line = 0; line < kLines; ++line) {
    for (int i = 0; i < kPixels; ++i) {
      const absl::StatusOr<int> pixel = reader.Number(kMaximum, ',');
      if (!pixel.ok()) return pixel.status();
      pixels.push_back(static_cast<uint8_t>(*pixel));
    }
    const absl::StatusOr<int> label = reader.Number(kClasses - 1, '\n');
    if (!label.ok()) return label.status();
    labels.push_back(*label);
  }
  if (absl::Status status = reader.End(); !status.ok()) return status;

  const Examples all{at::tensor(pixels, at::kByte).view({-1, 1, 8, 8}), at::tensor(labels)};
  const auto [train, test] = SetTestsAside(all, kTest, "digits/test");
  return RawDataset{"digits", train, test, kClasses, kMaximum};
}

}  // namespace geometer::geometry
