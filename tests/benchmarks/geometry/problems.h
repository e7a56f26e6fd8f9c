#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "worker/geometry/examples.h"
#include "worker/geometry/models/model.h"
#include "worker/geometry/objectives/objective.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// A network, the fixed sample that it is measured on, and its parameters every 100 steps of
// training.
struct Problem {
  std::string name;
  std::unique_ptr<Model> model;
  std::unique_ptr<Objective> objective;
  Examples sample;
  std::vector<Tensors> snapshots;  // require gradients

  // The sample as one chunk, at a snapshot.
  Subject At(size_t snapshot) const;
  Subject AtLast() const { return At(snapshots.size() - 1); }
};

// Trains the two networks of README.md, by their names "mlp" and "conv", on the data sets below
// `data`. Throws where a file is missing.
Problem Train(const std::string& name, const std::filesystem::path& data);

// <folder>/<name>.safetensors: "inputs", "targets", and "<snapshot>/<parameter>".
void Write(const Problem& problem, const std::filesystem::path& folder);
Problem Read(const std::string& name, const std::filesystem::path& folder);

}  // namespace geometer::geometry
