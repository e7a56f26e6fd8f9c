#pragma once

#include <filesystem>

#include "absl/status/status.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

inline constexpr char kSampleGridFile[] = "samples.png";

// Whether a run generates pictures: a GAN on pictures of one or three channels.
bool GeneratesPictures(const Training& training);

// Writes 8 × 8 pictures that the run's generator makes as it is at `state`, from latents that the
// seed alone decides, small ones magnified. What is darker than
// black or brighter than white is cut.
absl::Status WriteSampleGrid(const std::filesystem::path& path, const Training& training,
                             const State& state);

}  // namespace geometer::trainer
