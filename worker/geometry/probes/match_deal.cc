#include "worker/geometry/probes/match_deal.h"

#include "worker/geometry/games/gan.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {

Deal DealOf(const Subject& subject, std::string_view stream) {
  TORCH_CHECK(subject.match.has_value(), "expected a game");
  const at::Tensor& parameter = subject.match->at[0][0];
  Deal deal{subject.sample, {}};
  if (deal.data.inputs.is_floating_point()) {
    deal.data.inputs = deal.data.inputs.to(parameter.scalar_type());
  }
  if (subject.match->latents > 0) {
    deal.latents = DrawLatents(subject.sample.size(), subject.match->latents,
                               MakeGenerator(subject.seed, stream), parameter.options());
  }
  return deal;
}

}  // namespace geometer::geometry
