#pragma once

#include <memory>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// ResNet-8 for 32×32 images, without normalisation: a 3×3 convolution of 16 channels; three blocks
// of 16, 32 and 64 channels, the last two of which halve the resolution and have a 1×1 convolution
// as their shortcut; global average pooling; one linear layer. 77,706 parameters for 3 channels and
// 10 classes. Activations: "features" [N, 64]. Initialisation: PyTorch's default, biases 0.
std::unique_ptr<Model> MakeSmallResNet();

}  // namespace geometer::geometry
