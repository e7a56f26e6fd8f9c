#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "geometer/v1/dataset.pb.h"

namespace geometer::trainer {

// A small data set of valid files.
struct ValidDataset {
  std::string yaml;                                        // of the `data` field
  std::vector<std::pair<std::string, std::string>> files;  // path below the folder, content
  bool compressed = true;                                  // the files

  v1::Dataset Spec() const;
  void Write(const std::filesystem::path& folder) const;
};

// One of each kind that is read.
std::vector<ValidDataset> ValidDatasets();

// A data set of which one file is damaged.
struct MalformedFile {
  // How a failing test names it.
  friend void PrintTo(const MalformedFile& file, std::ostream* out) { *out << file.title; }

  std::string title;  // letters and digits
  ValidDataset valid;
  std::string name;        // path of the damaged file below the folder
  std::string bytes;       // that it holds instead
  bool compressed = true;  // by this writer; otherwise `bytes` are written as they are

  void Write(const std::filesystem::path& folder) const;
};

// Some hundred ways to damage each kind of file: cut, grown, wrong numbers in each header field,
// values out of range, files of another format, damaged compression.
std::vector<MalformedFile> MalformedFiles();

}  // namespace geometer::trainer
