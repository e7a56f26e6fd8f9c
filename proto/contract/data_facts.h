#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "geometer/v1/job.pb.h"

namespace geometer::contract {

// What a spec with its defaults tells of a data set, without looking at files.

// Sizes of the splits of a data set of any kind; all 0 for none.
struct SplitSizes {
  uint64_t train = 0;
  uint64_t validation = 0;
  uint64_t test = 0;
};
SplitSizes SizesOf(const v1::Dataset& data);

// The size of the job's smallest training split; the largest number where only files can tell.
uint64_t FewestExamples(const v1::JobSpec& spec);

// A data set whose files are the same everywhere.
struct Published {
  uint64_t pool = 0;   // training and validation examples
  uint64_t tests = 0;  // test examples
  uint64_t classes = 0;
  bool balanced = true;  // all classes equally often
};
std::optional<Published> PublishedOf(const v1::Dataset& data);

// The number of classes of the source; 0 for regression, none where only the files can tell.
std::optional<uint64_t> ClassesOf(const v1::Dataset& data);

// The side of the source's square pictures in pixels; none where only the files can tell.
std::optional<uint64_t> PictureSideOf(const v1::Dataset& data);

// The branch of a data set's source, such as "mnist"; empty for none.
absl::string_view SourceName(const v1::Dataset& data);

// Whether inputs are scaled by numbers that don't come from the data.
bool HasFixedScale(const v1::Dataset& data);

// The branch of a model's architecture, such as "mlp"; empty for none.
absl::string_view ArchitectureName(const v1::Model& model);

// The branch of a learning rate's schedule and of tasks' combination; empty for none.
absl::string_view ScheduleName(const v1::Schedule& schedule);
absl::string_view CombinationName(const v1::Combination& combination);

// Whether the loss decides the learning rate of each update.
bool HasAdaptiveRate(const v1::Schedule& schedule);

// What an update does beside a step of the learning rate along the gradient, such as "momentum
// 0.9"; empty for nothing.
std::string MoreThanDescent(const v1::Optimizer& optimizer);

// The branch of a regularizer's penalty and of a probe's quantity; empty for none.
absl::string_view PenaltyName(const v1::Regularizer& regularizer);
absl::string_view QuantityName(const v1::Probe& probe);

// Whether a Morse network has a density for each class.
bool HasClassTargets(const v1::MorseObjective& objective);

// The branch of an objective on class labels, such as "cross_entropy"; empty for one on values, and
// for a single density.
absl::string_view LabelLossName(const v1::Objective& objective);

// Whether a data set has labels, pictures, so many inputs; true where only its files can tell.
bool MayHaveClasses(const v1::Dataset& data);
bool MayHavePictures(const v1::Dataset& data);
bool MayHaveOneInput(const v1::Dataset& data);
bool MayHaveTwoInputs(const v1::Dataset& data);
bool MayHaveOneOrTwoInputs(const v1::Dataset& data);

// The place in the job's list of the data set that a task names, the first where it names none; the
// list's length where there is no such data set.
int DataIndexOf(const v1::JobSpec& spec, const v1::Task& task);

// A finished job that a spec starts from, and where the spec says so.
struct ParentAt {
  std::string path;
  const v1::Parent* parent;
};
std::vector<ParentAt> ParentsOf(const v1::JobSpec& spec);

// The name of the data set that a probe looks at beside those trained on; empty for none.
absl::string_view OutsideOf(const v1::Probe& probe);

// Whether a probe of the job looks so at a data set.
bool IsOutside(const v1::JobSpec& spec, const v1::Dataset& data);

// The first data set of the job that lacks what `has` asks for; null where all have it.
const v1::Dataset* FirstWithout(const v1::JobSpec& spec, bool (*has)(const v1::Dataset&));

}  // namespace geometer::contract
