#pragma once

#include <memory>

#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

// −log softmax(output)[target] in nats; `output` are logits [N, K], `targets` labels [N], int64.
std::unique_ptr<Objective> MakeCrossEntropy();

}  // namespace geometer::geometry
