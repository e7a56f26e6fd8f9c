#include "client/job_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/contract/override.h"
#include "proto/contract/validate.h"
#include "proto/contract/yaml.h"

namespace geometer::client {
namespace {

std::string ReadAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

absl::StatusOr<std::string> ReadSource(const std::string& file, std::istream& in) {
  if (file == "-") return ReadAll(in);
  // A stream opens a folder gladly, and throws later.
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": Is a directory"));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return absl::InvalidArgumentError(absl::StrCat(file, ": ", std::strerror(errno)));
  return ReadAll(stream);
}

absl::StatusOr<v1::JobSpec> ReadJob(const std::string& file,
                                    const std::vector<std::string>& overrides, std::istream& in) {
  const auto text = ReadSource(file, in);
  if (!text.ok()) return text.status();
  const std::string name = file == "-" ? "standard input" : file;
  auto spec = contract::ParseJob(*text, name);
  if (!spec.ok()) return spec.status();
  for (const std::string& assignment : overrides) {
    const absl::Status overridden = contract::Override(*spec, assignment);
    if (!overridden.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--set: ", overridden.message()));
    }
  }
  const absl::Status valid = contract::AtSource(contract::Validate(*spec), *text, name);
  if (!valid.ok()) return valid;
  return spec;
}

}  // namespace

absl::StatusOr<std::vector<v1::JobSpec>> ReadJobs(const JobSources& sources, std::istream& in) {
  if (std::count(sources.files.begin(), sources.files.end(), "-") > 1) {
    return absl::InvalidArgumentError("standard input can be read only once");
  }
  std::vector<v1::JobSpec> specs;
  std::vector<std::string> errors;
  for (const std::string& file : sources.files) {
    auto spec = ReadJob(file, sources.overrides, in);
    if (spec.ok()) {
      specs.push_back(std::move(*spec));
    } else if (errors.empty() || errors.back() != spec.status().message()) {
      errors.emplace_back(spec.status().message());
    }
  }
  if (!errors.empty()) return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
  return specs;
}

}  // namespace geometer::client
