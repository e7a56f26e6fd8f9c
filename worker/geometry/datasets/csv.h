#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/named_bytes.h"
#include "worker/geometry/examples.h"

namespace geometer::geometry {

struct CsvOptions {
  std::string target{};  // name of the column of targets; empty: the last column
  int64_t classes = 0;   // the targets are labels below this number; 0: values
};

// Parses a table of numbers, separated by commas, a line for each example. The first line is a
// header where any of its fields is not a number. Inputs are the columns but for the target,
// float64 [N, columns − 1]; targets are int64 [N], or float64 [N, 1].
// DataLoss, naming the file and the offset: a field that is not a finite number, lines of different
// lengths, a label out of range, fewer than two columns, no lines, no column of that name.
absl::StatusOr<Examples> ParseCsv(const NamedBytes& file, const CsvOptions& options);

}  // namespace geometer::geometry
