#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/rendering/style.h"

namespace geometer::client {

enum class TableFormat { kTable, kJson, kCsv };

// Absent, or a value with its type.
using Value = std::variant<std::monostate, bool, int64_t, double, std::string>;

// One value and how people see it.
struct Cell {
  Value value;
  // What the table for people shows; made from `value` where empty.
  std::string text = {};
  Tone tone = Tone::kPlain;
};

struct Column {
  // Name in JSON and CSV.
  std::string key;
  // Name in the table for people; empty: the column is for programs only.
  std::string heading;
  bool align_right = false;
  // Hidden from people while it holds nothing.
  bool optional = false;
};

// The text of a JSON value as this client prints it: indented, invalid UTF-8 replaced, with a
// newline.
std::string JsonText(const nlohmann::ordered_json& json);

// Rows of values, for people or for programs.
//
//   kTable  Aligned columns under a heading. Any string may be a value: it is shown as Printable.
//   kJson   An array with one object a row, every column always there; absent values are null,
//           NaN and ±Infinity the strings "NaN", "Infinity" and "-Infinity" (JSON has no such
//           numbers; protobuf writes them so too).
//   kCsv    A line of keys, then one a row (RFC 4180, but lines end in a bare newline); absent
//           values are empty; other values as in JSON.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  Table(std::initializer_list<Column> columns) : columns_(columns) {}

  // As many cells as there are columns.
  void AddRow(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }

  // What kJson prints.
  nlohmann::ordered_json Json() const;

  bool empty() const { return rows_.empty(); }

  // Every line ends in a newline. `style` matters to kTable only.
  std::string Render(TableFormat format, const Style& style) const;

 private:
  std::string ForPeople(const Style& style) const;
  std::string Csv() const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace geometer::client
