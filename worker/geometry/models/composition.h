#pragma once

#include <memory>
#include <string>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// A network that is part of another.
struct NamedModel {
  std::string name;
  std::shared_ptr<const Model> model;
};

// `outer` of `inner`, such as a discriminator of a generator: the variables of `outer`, then those
// of `inner`, each named "<name>.<its own name>". Each network starts from draws of its own (stream
// "initialize/<name>"). The activations are those of `outer`.
std::unique_ptr<Model> MakeComposition(NamedModel outer, NamedModel inner);

}  // namespace geometer::geometry
