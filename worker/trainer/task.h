#pragma once

#include <memory>
#include <string>
#include <vector>

#include "worker/geometry/batch_order.h"
#include "worker/geometry/datasets/augmentation.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/models/model.h"
#include "worker/geometry/objectives/objective.h"
#include "worker/trainer/builders/noise.h"
#include "worker/trainer/builders/regularizer.h"

namespace geometer::trainer {

// One loss that a network is trained on: an objective on examples, with what disturbs it. A run
// without tasks has one, without a name.
struct Task {
  std::string name;
  geometry::Dataset data;  // on the run's device, but for training examples that must be prepared
  geometry::Augmentation augmentation;           // of training batches
  std::shared_ptr<const geometry::Model> model;  // the network, or the task's head on it
  std::shared_ptr<const geometry::Objective> objective;
  std::shared_ptr<const geometry::Objective> weighted;  // what is trained: weight · objective
  geometry::BatchPlan batches;
  std::string stream;  // that draws the order of its batches; tasks on equal examples share one
  std::vector<ScheduledNoise> noise;
  std::vector<WeightedPenalty> penalties;
};

// The examples of one task in one update.
struct TaskBatch {
  size_t task = 0;  // index into Training::tasks
  geometry::Examples examples;
};
using UpdateBatch = std::vector<TaskBatch>;

}  // namespace geometer::trainer
