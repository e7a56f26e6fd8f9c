#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Which runs a checkpoint belongs to.
struct RunIdentity {
  std::string spec;         // digest of the explicit spec
  std::string environment;  // NumericEnvironment
};

// Writes the checkpoints of one attempt: safetensors files <folder>/step-N.safetensors, of which it
// keeps the last two. Tensors "parameters/…", "buffers/…", "optimizer/…" and "warm_starts/…";
// metadata "step", "flow_time", "last_rate", "spec" and "environment"; for a run with a budget also
// "spending": seconds of training, seconds of measuring, stretch, then seconds and step of each
// sample's last measurement.
class Checkpoints {
 public:
  Checkpoints(std::filesystem::path folder, RunIdentity identity)
      : folder_(std::move(folder)), identity_(std::move(identity)) {}

  // Returns the path of the new file, complete and synced.
  absl::StatusOr<std::filesystem::path> Write(const State& state, const Training& training);

 private:
  const std::filesystem::path folder_;
  const RunIdentity identity_;
  std::vector<std::filesystem::path> kept_;  // oldest first
};

// Makes `state`, an initial one, what the file at `path` holds. Returns whether going on from it is
// exact: whether it was written in the same numeric environment. NotFound, DataLoss, or
// InvalidArgument: it belongs to another spec; `state` is then as before.
absl::StatusOr<bool> Restore(const std::filesystem::path& path, const RunIdentity& identity,
                             const Training& training, State& state);

}  // namespace geometer::trainer
