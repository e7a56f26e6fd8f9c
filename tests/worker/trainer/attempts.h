#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "geometer/v1/trainer.pb.h"
#include "worker/geometry/tensors.h"
#include "worker/trainer/attempt.h"

namespace geometer::trainer {

// The explicit spec of a job that is written as YAML.
v1::JobSpec Job(const std::string& yaml, const std::vector<std::string>& overrides = {});

// A regression by a small MLP on ten points: needs no files, takes milliseconds.
extern const char kFunctionJob[];

// A small MLP and a narrow ResNet with batch normalisation on WriteSmallMnist's pictures.
extern const char kMlpJob[];
extern const char kResnetJob[];

// A game of two points, and a GAN on WriteSmallMnist's pictures.
extern const char kGameJob[];
extern const char kGanJob[];

// A probe of every kind in the contract, each `every` step, on all splits; a new kind joins by
// being there. Kinds that the contract refuses for this job are left out, and added to `refused`.
v1::JobSpec WithAllProbes(v1::JobSpec spec, uint64_t every,
                          std::set<std::string>* refused = nullptr);

// Remembers the reports of an attempt, and makes one request.
class Recorder : public Supervisor {
 public:
  Recorder() = default;
  // Makes `request` once `step` updates are complete, of an attempt from the start.
  Recorder(Request request, int step) : request_(request), polls_left_(step) {}

  void Report(const v1::TrainerReport& report) override { reports.push_back(report); }
  Request Poll() override { return polls_left_-- == 0 ? request_ : Request::kNone; }

  // The reports of one kind.
  std::vector<v1::Points> Points() const;
  std::vector<v1::CheckpointTaken> Checkpoints() const;
  std::vector<std::string> Artifacts() const;

  // The steps at which a quantity was measured, and its values.
  std::vector<uint64_t> StepsOf(const std::string& quantity) const;
  std::vector<double> ValuesOf(const std::string& quantity) const;

  std::vector<v1::TrainerReport> reports;

 private:
  Request request_ = Request::kNone;
  int polls_left_ = 0;
};

// Runs `spec` in `folder`, which also holds the data sets, and maybe resumes.
v1::Finish RunIn(const std::filesystem::path& folder, const v1::JobSpec& spec,
                 Supervisor& supervisor, const std::filesystem::path& resume = {});

// Runs `spec` in `folder` on the real data sets (data_folder.h).
v1::Finish RunOnRealData(const std::filesystem::path& folder, const v1::JobSpec& spec,
                         Supervisor& supervisor);

// The weights that an attempt left in `folder`.
geometry::NamedTensors WeightsIn(const std::filesystem::path& folder);

// Whether two lists hold the same names with bitwise the same tensors.
bool BitwiseEqual(const geometry::NamedTensors& a, const geometry::NamedTensors& b);

}  // namespace geometer::trainer
