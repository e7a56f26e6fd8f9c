#include "worker/geometry/squared_gradient.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/generated/Functions.h>

#include <map>

#include "worker/geometry/known_gradient.h"
#include "worker/geometry/parameter_reads.h"

namespace geometer::geometry {
namespace {

namespace graph = torch::autograd;

// Where a parameter's share is found.
struct Place {
  graph::Edge edge;  // of the parameter, or of the output of the dense layer that reads it
  at::Tensor input;  // of that layer; undefined for the parameter itself
};

// The input of the dense layer that `read` is the weight of; undefined for any other read.
at::Tensor DenseInput(const ParameterRead& read) {
  const graph::Node& node = *read.node;
  if (const auto* addmm = dynamic_cast<const graph::generated::AddmmBackward0*>(&node)) {
    const bool plain = addmm->alpha.equal(1) && addmm->beta.equal(1);
    if (read.slot == 2 && plain) return addmm->mat1_.unpack();
  } else if (const auto* mm = dynamic_cast<const graph::generated::MmBackward0*>(&node)) {
    if (read.slot == 1) return mm->self_.unpack();
  }
  return {};
}

// Multiplications for the norm and its derivative, over N: δᵀh and what is made of it, or the
// products of pairs of examples and what is made of those.
bool PaysByExamples(const at::Tensor& input, const at::Tensor& weight) {
  const int64_t n = input.size(0), out = weight.size(0), in = weight.size(1);
  if (!input.requires_grad()) return n * (in + 2 * out) < 2 * in * out;
  return 2 * n * (in + out) < 3 * in * out;
}

std::vector<Place> PlacesOf(const at::Tensor& loss, const Tensors& params) {
  std::map<const at::TensorImpl*, std::vector<ParameterRead>> reads;
  for (const ParameterRead& read : ParameterReads(loss, params)) {
    reads[read.parameter.unsafeGetTensorImpl()].push_back(read);
  }
  std::vector<Place> places;
  for (const at::Tensor& parameter : params) {
    Place place{graph::impl::gradient_edge(parameter), {}};
    const auto& found = reads[parameter.unsafeGetTensorImpl()];
    const at::Tensor input = found.size() == 1 ? DenseInput(found[0]) : at::Tensor();
    if (input.defined() && PaysByExamples(input, parameter)) {
      place = {graph::Edge{found[0].node, 0}, input};
    }
    places.push_back(place);
  }
  return places;
}

// ‖δᵀh‖² from the products of pairs of examples.
at::Tensor ByExamples(const at::Tensor& delta, const at::Tensor& h) {
  const at::Tensor deltas = at::matmul(delta, delta.t()), inputs = at::matmul(h, h.t());
  const at::Tensor value = (deltas.detach() * inputs.detach()).sum(at::kDouble);
  Tensors arguments = {delta}, slopes = {2 * at::matmul(inputs, delta)};
  if (h.requires_grad()) {
    arguments.push_back(h);
    slopes.push_back(2 * at::matmul(deltas, h));
  }
  return WithGradient(value, arguments, slopes);
}

}  // namespace

at::Tensor SquaredGradient(const at::Tensor& loss, const Tensors& params) {
  const std::vector<Place> places = PlacesOf(loss, params);
  graph::edge_list edges;
  for (const Place& place : places) edges.push_back(place.edge);
  const graph::variable_list gradients = graph::Engine::get_default_engine().execute(
      {graph::impl::gradient_edge(loss)}, {at::ones_like(loss)}, /*keep_graph=*/true,
      /*create_graph=*/true, /*accumulate_grad=*/false, edges);
  at::Tensor sum = at::zeros({}, loss.options().dtype(at::kDouble).requires_grad(false));
  Tensors whole;
  for (size_t i = 0; i < places.size(); ++i) {
    if (!gradients[i].defined()) continue;
    if (places[i].input.defined()) {
      sum = sum + ByExamples(gradients[i], places[i].input);
    } else {
      whole.push_back(gradients[i]);
    }
  }
  return whole.empty() ? sum : sum + SquaredNorm(whole);
}

}  // namespace geometer::geometry
