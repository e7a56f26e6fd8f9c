#include "worker/trainer/sample_grid.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <png.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "worker/geometry/games/gan.h"
#include "worker/geometry/random.h"
#include "worker/trainer/files.h"

namespace geometer::trainer {
namespace {

constexpr int64_t kSide = 8;          // pictures in a row and in a column
constexpr int64_t kSmallPixels = 64;  // a picture below that is magnified

// A value of the map for each channel, [C, 1, 1].
at::Tensor PerChannel(const std::vector<double>& values, const at::Tensor& like) {
  return at::tensor(values, at::kDouble).to(like.options()).view({-1, 1, 1});
}

// [64, C, H, W] as the bytes of a grid, [8·H, 8·W, C].
at::Tensor Grid(const at::Tensor& pictures) {
  const int64_t channels = pictures.size(1), height = pictures.size(2), width = pictures.size(3);
  const at::Tensor bytes = (pictures * 255).round().clamp(0, 255).to(at::kByte).cpu();
  return bytes.view({kSide, kSide, channels, height, width})
      .permute({0, 3, 1, 4, 2})
      .reshape({kSide * height, kSide * width, channels});
}

absl::Status WritePng(const std::filesystem::path& path, const at::Tensor& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(pixels.size(0));
  image.width = static_cast<png_uint_32>(pixels.size(1));
  image.format = pixels.size(2) == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  const void* data = pixels.const_data_ptr();
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, data, 0, nullptr) == 0) {
    return absl::InternalError(absl::StrCat(path.string(), ": ", image.message));
  }
  bytes.resize(size);
  return WriteAtomically(path, {bytes});
}

}  // namespace

bool GeneratesPictures(const Training& training) {
  if (training.play == nullptr || training.play->generator == nullptr) return false;
  const at::IntArrayRef shape = training.tasks[0].data.train.shape();
  return shape.size() == 3 && (shape[0] == 1 || shape[0] == 3);
}

absl::Status WriteSampleGrid(const std::filesystem::path& path, const Training& training,
                             const State& state) {
  const at::NoGradGuard no_grad;
  const Play& play = *training.play;
  const geometry::Dataset& data = training.tasks[0].data;
  const at::Tensor latents = geometry::DrawLatents(
      kSide * kSide, play.latents, geometry::MakeGenerator(training.seed, "sample_grid"),
      training.options);
  const at::Tensor made =
      geometry::Generate(*play.generator, play.ProfileOf(state.variables.parameters)[1], latents,
                         data.train.shape(), geometry::Mode::kEvaluation);
  const at::Tensor pictures = made * PerChannel(data.normalization.deviation, made) +
                              PerChannel(data.normalization.mean, made);
  at::Tensor grid = Grid(pictures);
  while (grid.size(0) < kSide * kSmallPixels) {
    grid = grid.repeat_interleave(2, 0).repeat_interleave(2, 1);
  }
  return WritePng(path, grid.contiguous());
}

}  // namespace geometer::trainer
