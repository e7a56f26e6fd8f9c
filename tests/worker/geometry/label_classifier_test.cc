#include "worker/geometry/label_classifier.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "worker/geometry/datasets/gaussian_classes.h"

namespace geometer::geometry {
namespace {

RawDataset Classes() {
  return MakeGaussianClasses(
      {.classes = 4, .dimension = 6, .separation = 9, .sizes = {400, 0, 200}});
}

TEST(LabelClassifierTest, TellsSeparateClassesApart) {
  const RawDataset data = Classes();
  const LabelClassifier classifier(data.train, 4);
  const at::Tensor probabilities = classifier.ProbabilitiesOf(data.test.inputs);
  EXPECT_LT((probabilities.sum(1) - 1).abs().max().item<double>(), 1e-12);
  const at::Tensor right = probabilities.argmax(1).eq(data.test.targets);
  EXPECT_GT(right.to(at::kDouble).mean().item<double>(), 0.98);
}

TEST(LabelClassifierTest, IsTheSameEachTime) {
  const RawDataset data = Classes();
  const LabelClassifier once(data.train, 4), again(data.train, 4);
  EXPECT_TRUE(
      once.ProbabilitiesOf(data.test.inputs).equal(again.ProbabilitiesOf(data.test.inputs)));
}

}  // namespace
}  // namespace geometer::geometry
