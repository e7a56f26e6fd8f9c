#include "worker/trainer/builders/optimizer.h"

#include "absl/strings/str_cat.h"
#include "worker/geometry/optimizers/sgd.h"

namespace geometer::trainer {
namespace {

absl::StatusOr<UpdateRule> Build(const v1::SgdOptimizer& spec, int64_t examples) {
  const int64_t batch_size = spec.full_batch() ? examples : spec.batch_size();
  if (batch_size > examples) {
    return absl::InvalidArgumentError(absl::StrCat("optimizer.sgd.batch_size: must be at most the ",
                                                   examples, " training examples, got ", batch_size,
                                                   "; full_batch: true uses them all"));
  }
  geometry::SgdOptions options;
  options.momentum = spec.momentum();
  options.weight_decay = spec.weight_decay();
  geometry::DescentForm form;
  form.momentum = options.momentum;
  form.weight_decay = options.weight_decay;
  return UpdateRule{geometry::MakeSgd(options), spec.learning_rate(), batch_size, form};
}

}  // namespace

absl::StatusOr<UpdateRule> BuildOptimizer(const v1::Optimizer& spec, int64_t examples) {
  switch (spec.rule_case()) {
    case v1::Optimizer::kSgd:
      return Build(spec.sgd(), examples);
    case v1::Optimizer::RULE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("optimizer: no rule that this trainer knows");
}

}  // namespace geometer::trainer
