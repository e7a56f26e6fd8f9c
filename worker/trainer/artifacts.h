#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"
#include "geometer/v1/measurement.pb.h"
#include "worker/trainer/measuring.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// The files that an attempt leaves in its folder, beside contract::kWeightsFile.
inline constexpr char kSummaryFile[] = "summary.json";
inline constexpr char kJobFile[] = "job.yaml";

// The latest value of each series of an attempt.
class LatestValues {
 public:
  struct Value {
    v1::Series series;
    uint64_t step = 0;
    double value = 0;
  };

  void Add(const v1::Points& points);
  const std::vector<Value>& values() const { return values_; }  // in the order of first sight

 private:
  std::map<std::string, size_t> places_;  // of a serialised series in values_
  std::vector<Value> values_;
};

// What is told about an attempt that has ended. All borrowed.
struct Summary {
  const v1::JobSpec& spec;
  const v1::Finish& finish;
  const LatestValues& latest;
  const std::vector<Sample>& samples;
  int64_t first_step = 0;  // that the attempt started from
  double wall_seconds = 0;
};

// Writes the parameters and buffers under their state_dict names.
absl::Status WriteWeights(const std::filesystem::path& path, const Training& training,
                          const State& state);

// Writes, as JSON, how the attempt ended, the latest values (null for one that is not finite) and
// what it ran on: versions, device, threads, SHA-256 of each probe's sample indices.
absl::Status WriteSummary(const std::filesystem::path& path, const Summary& summary);

// Writes the explicit spec.
absl::Status WriteJob(const std::filesystem::path& path, const v1::JobSpec& spec);

}  // namespace geometer::trainer
