#pragma once

#include <string>

#include "worker/geometry/lanczos.h"
#include "worker/geometry/probes/probe.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Finds the extreme eigenpairs of `multiply`, a symmetric operator on the parameters of `subject`
// (shape [m] → [m], float64), for a probe that measures them again and again.
//
// `warm_start` is what WarmStart returned of the search before, in any dtype, or empty. `stream`
// names the randomness, which is a function of it and the subject's seed and step.
Eigenpairs FindEigenpairs(const Subject& subject, const SymmetricOperator& multiply,
                          const std::string& stream, const NamedTensors& warm_start,
                          const LanczosOptions& options);

// What helps the next search; nothing where nothing was found.
NamedTensors WarmStart(const Eigenpairs& found);

}  // namespace geometer::geometry
