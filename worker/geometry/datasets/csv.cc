#include "worker/geometry/datasets/csv.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace geometer::geometry {
namespace {

constexpr size_t kShown = 16;  // bytes of a field in a message

struct Field {
  std::string_view text;
  size_t offset = 0;
};

// `text` without the spaces and quotes around it.
std::string_view Stripped(std::string_view text) {
  constexpr std::string_view kAround = " \t\"";
  const size_t begin = text.find_first_not_of(kAround);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kAround) - begin + 1);
}

// The fields of the line that begins at `offset`, which moves to the next line.
std::vector<Field> NextLine(std::string_view bytes, size_t& offset) {
  const size_t end = std::min(bytes.find('\n', offset), bytes.size());
  const size_t stop = end > offset && bytes[end - 1] == '\r' ? end - 1 : end;
  std::vector<Field> fields;
  for (size_t begin = offset; begin <= stop;) {
    const size_t comma = std::min(bytes.find(',', begin), stop);
    fields.push_back({Stripped(bytes.substr(begin, comma - begin)), begin});
    begin = comma + 1;
  }
  offset = end + 1;
  return fields;
}

std::optional<double> Number(std::string_view text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

class Table {
 public:
  Table(const NamedBytes& file, const CsvOptions& options) : file_(file), options_(options) {}

  absl::StatusOr<Examples> Parse() {
    size_t offset = 0;
    const std::vector<Field> first = NextLine(file_.bytes, offset);
    if (absl::Status status = ReadHeader(first); !status.ok()) return status;
    if (!has_header_) offset = 0;
    while (offset < file_.bytes.size()) {
      absl::Status status = ReadLine(NextLine(file_.bytes, offset));
      if (!status.ok()) return status;
    }
    if (values_.empty()) return Malformed(file_, file_.bytes.size(), "a line of numbers", "none");
    return ToExamples();
  }

 private:
  absl::Status Refuse(const Field& field, const std::string& expected) const {
    const std::string_view shown = field.text.substr(0, kShown);
    return Malformed(
        file_, field.offset, expected,
        absl::StrCat("'", absl::CHexEscape(absl::string_view(shown.data(), shown.size())), "'"));
  }

  absl::Status ReadHeader(const std::vector<Field>& first) {
    columns_ = first.size();
    if (columns_ < 2) return Refuse(first[0], "at least 2 columns");
    has_header_ =
        !std::ranges::all_of(first, [](const Field& f) { return Number(f.text).has_value(); });
    const auto named = std::ranges::find(first, options_.target, &Field::text);
    target_ = has_header_ && named != first.end() ? named - first.begin() : columns_ - 1;
    if (options_.target.empty() || (has_header_ && named != first.end())) return absl::OkStatus();
    return Refuse(first[0], absl::StrCat("a header with the column '", options_.target, "'"));
  }

  absl::Status ReadLine(const std::vector<Field>& fields) {
    if (fields.size() != columns_) {
      return Refuse(fields[0], absl::StrCat("a line of ", columns_, " fields"));
    }
    for (size_t i = 0; i < columns_; ++i) {
      const std::optional<double> value = Number(fields[i].text);
      if (!value.has_value()) return Refuse(fields[i], "a finite number");
      if (i == target_ && !IsTarget(*value)) {
        return Refuse(fields[i], absl::StrCat("a label 0 to ", options_.classes - 1));
      }
      values_.push_back(*value);
    }
    return absl::OkStatus();
  }

  bool IsTarget(double value) const {
    return options_.classes == 0 || (value >= 0 && value < static_cast<double>(options_.classes) &&
                                     value == std::floor(value));
  }

  Examples ToExamples() const {
    const auto target = static_cast<int64_t>(target_);
    const at::Tensor table =
        at::tensor(values_, at::kDouble).view({-1, static_cast<int64_t>(columns_)});
    const at::Tensor columns = at::arange(table.size(1), at::kLong);
    const at::Tensor inputs = table.index_select(1, columns.masked_select(columns.ne(target)));
    const at::Tensor targets = table.slice(1, target, target + 1);
    return {inputs, options_.classes > 0 ? targets.flatten().to(at::kLong) : targets.contiguous()};
  }

  const NamedBytes& file_;
  const CsvOptions& options_;
  size_t columns_ = 0;
  size_t target_ = 0;
  bool has_header_ = false;
  std::vector<double> values_;
};

}  // namespace

absl::StatusOr<Examples> ParseCsv(const NamedBytes& file, const CsvOptions& options) {
  return Table(file, options).Parse();
}

}  // namespace geometer::geometry
