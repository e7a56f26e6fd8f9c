#include "client/rendering/table.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/rendering/number.h"
#include "client/rendering/text.h"

namespace geometer::client {
namespace {

struct ToText {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return absl::StrCat(value); }
  std::string operator()(double value) const { return ExactNumber(value); }
  std::string operator()(const std::string& value) const { return value; }
};

struct ToJson {
  nlohmann::ordered_json operator()(std::monostate) const { return nullptr; }
  nlohmann::ordered_json operator()(double value) const {
    if (!std::isfinite(value)) return ExactNumber(value);
    return value;
  }
  template <typename T>
  nlohmann::ordered_json operator()(const T& value) const {
    return value;
  }
};

// What people see, without the colour.
std::string Shown(const Cell& cell) {
  if (!cell.text.empty()) return Printable(cell.text);
  if (const auto* number = std::get_if<double>(&cell.value)) return ShortNumber(*number);
  return Printable(std::visit(ToText(), cell.value));
}

std::string CsvField(std::string text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace

std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string Table::Render(TableFormat format, const Style& style) const {
  switch (format) {
    case TableFormat::kTable:
      return ForPeople(style);
    case TableFormat::kJson:
      return JsonText(Json());
    case TableFormat::kCsv:
      return Csv();
  }
  return "";
}

std::string Table::ForPeople(const Style& style) const {
  std::vector<std::string> lines(rows_.size() + 1);
  for (size_t c = 0; c < columns_.size(); ++c) {
    const Column& column = columns_[c];
    int width = 0;
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(Shown(row[c])));
    if (column.heading.empty() || (column.optional && width == 0)) continue;
    width = std::max(width, DisplayWidth(column.heading));
    const auto append = [&](std::string& line, const std::string& text, Tone tone) {
      const int padding = width - DisplayWidth(text);
      if (!line.empty()) line += "  ";
      if (column.align_right) line.append(padding, ' ');
      line += text.empty() ? text : style.Paint(tone, text);
      if (!column.align_right) line.append(padding, ' ');
    };
    append(lines[0], column.heading, Tone::kStrong);
    for (size_t r = 0; r < rows_.size(); ++r) {
      append(lines[r + 1], Shown(rows_[r][c]), rows_[r][c].tone);
    }
  }
  std::string result;
  for (const std::string& line : lines) {
    absl::StrAppend(&result, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  return result;
}

nlohmann::ordered_json Table::Json() const {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& row : rows_) {
    nlohmann::ordered_json object;
    for (size_t c = 0; c < columns_.size(); ++c) {
      object[columns_[c].key] = std::visit(ToJson(), row[c].value);
    }
    rows.push_back(std::move(object));
  }
  return rows;
}

std::string Table::Csv() const {
  std::string result;
  const auto append = [&](size_t c, std::string text) {
    absl::StrAppend(&result, c > 0 ? "," : "", CsvField(std::move(text)));
  };
  for (size_t c = 0; c < columns_.size(); ++c) append(c, columns_[c].key);
  result += "\n";
  for (const auto& row : rows_) {
    for (size_t c = 0; c < columns_.size(); ++c) append(c, std::visit(ToText(), row[c].value));
    result += "\n";
  }
  return result;
}

}  // namespace geometer::client
