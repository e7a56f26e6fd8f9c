#pragma once

#include <string_view>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// What a probe of games takes losses on: the subject's sample and, of a GAN, as many latents, drawn
// by `stream` once for the whole run.
Deal DealOf(const Subject& subject, std::string_view stream);

}  // namespace geometer::geometry
