#include "worker/geometry/games/dirac_gan.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/softplus.h>

namespace geometer::geometry {
namespace {

class DiracGan : public Game {
 public:
  at::Tensor Loss(size_t player, const Profile& at, const Deal& /*deal*/,
                  const Pass& /*pass*/) const override {
    const at::Tensor likelihood = at::softplus((at[0][0] * at[1][0]).sum());
    return player == 0 ? -likelihood : likelihood;
  }
};

}  // namespace

std::unique_ptr<Game> MakeDiracGan() { return std::make_unique<DiracGan>(); }

}  // namespace geometer::geometry
