#pragma once

#include <memory>

#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

// −Σ_k t_k·log softmax(output)_k in nats; `output` are logits [N, K], `targets` labels [N], int64;
// t is one-hot, with a share `label_smoothing` of it spread evenly over all classes.
std::unique_ptr<Objective> MakeCrossEntropy(double label_smoothing = 0);

}  // namespace geometer::geometry
