// write_malformed_jobs FOLDER COUNT: writes COUNT job files that must be refused, for tests that
// run the real programs: all that were made by hand, then mutated ones.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "proto/contract/yaml.h"
#include "tests/proto/contract/malformed_jobs.h"

namespace geometer::contract {
namespace {

bool IsValid(const std::string& text) {
  const auto spec = ParseJob(text, "");
  return spec.ok() && Validate(*spec).empty();
}

int Write(const std::filesystem::path& folder, size_t count) {
  std::vector<MalformedJob> jobs = HandMadeJobs();
  for (const std::string& text : MutatedJobs(2 * count, /*seed=*/2)) {
    if (!IsValid(text)) jobs.push_back({"mutated_" + std::to_string(jobs.size()), text, ""});
  }
  if (jobs.size() < count) return 1;
  for (size_t i = 0; i < count; ++i) {
    std::ofstream(folder / (jobs[i].name + ".yaml"), std::ios::binary) << jobs[i].text;
  }
  return 0;
}

}  // namespace
}  // namespace geometer::contract

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: write_malformed_jobs FOLDER COUNT\n";
    return 2;
  }
  return geometer::contract::Write(argv[1], std::strtoul(argv[2], nullptr, 10));
}
