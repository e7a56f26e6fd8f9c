#include "worker/geometry/games/gan.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/softplus.h>

#include "worker/geometry/evaluation.h"

namespace geometer::geometry {
namespace {

// The share of the discriminator's loss of its outputs `d` on data.
at::Tensor OnData(DiscriminatorLoss loss, const at::Tensor& d) {
  switch (loss) {
    case DiscriminatorLoss::kLogistic:
      return at::softplus(-d).mean();
    case DiscriminatorLoss::kSquares:
      return (d - 1).square().mean();
    case DiscriminatorLoss::kSigmoidSquares:
      return (d.sigmoid() - 1).square().mean();
    case DiscriminatorLoss::kWasserstein:
      return -d.mean();
  }
  TORCH_CHECK(false, "expected a loss of a discriminator");
}

// The share of its outputs `d` on samples.
at::Tensor OnSamples(DiscriminatorLoss loss, const at::Tensor& d) {
  switch (loss) {
    case DiscriminatorLoss::kLogistic:
      return at::softplus(d).mean();
    case DiscriminatorLoss::kSquares:
      return d.square().mean();
    case DiscriminatorLoss::kSigmoidSquares:
      return d.sigmoid().square().mean();
    case DiscriminatorLoss::kWasserstein:
      return d.mean();
  }
  TORCH_CHECK(false, "expected a loss of a discriminator");
}

class Gan : public Game {
 public:
  explicit Gan(const GanOptions& options) : options_(options) {}

  at::Tensor Loss(size_t player, const Profile& at, const Deal& deal,
                  const Pass& pass) const override {
    const at::Tensor samples =
        Generate(*options_.generator, at[1], deal.latents, deal.data.inputs.sizes().slice(1), pass);
    const at::Tensor judged = Judge(at[0], samples, pass);
    const DiscriminatorLoss loss = options_.discriminator_loss;
    if (player == 0) {
      return OnData(loss, Judge(at[0], deal.data.inputs, pass)) + OnSamples(loss, judged);
    }
    return options_.generator_loss == GeneratorLoss::kZeroSum ? -OnSamples(loss, judged)
                                                              : OnData(loss, judged);
  }

 private:
  at::Tensor Judge(const Tensors& parameters, const at::Tensor& inputs, const Pass& pass) const {
    return Network{options_.discriminator.get(), parameters, {}}.Forward(inputs, pass).output;
  }

  const GanOptions options_;
};

}  // namespace

std::unique_ptr<Game> MakeGan(const GanOptions& options) { return std::make_unique<Gan>(options); }

at::Tensor DrawLatents(int64_t count, int64_t length, const at::Generator& generator,
                       const at::TensorOptions& options) {
  return at::empty({count, length}, at::kDouble).normal_(0, 1, generator).to(options);
}

at::Tensor Generate(const Model& generator, at::TensorList parameters, const at::Tensor& latents,
                    at::IntArrayRef shape, const Pass& pass) {
  std::vector<int64_t> sizes = {latents.size(0)};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  return Network{&generator, parameters.vec(), {}}.Forward(latents, pass).output.view(sizes);
}

}  // namespace geometer::geometry
