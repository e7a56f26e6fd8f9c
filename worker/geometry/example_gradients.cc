#include "worker/geometry/example_gradients.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/generated/Functions.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "worker/geometry/autograd.h"
#include "worker/geometry/convolution.h"
#include "worker/geometry/layer_gradients.h"
#include "worker/geometry/parameter_reads.h"

namespace geometer::geometry {
namespace {

namespace graph = torch::autograd;

// The squared gradients of one parameter, from the gradient in the output of what reads it.
using Squares = std::function<at::Tensor(const at::Tensor& delta)>;

at::Tensor BiasSquares(const at::Tensor& delta) { return ChannelSquares({}, delta); }

Squares MatrixSquares(const at::Tensor& input) {
  return [input](const at::Tensor& delta) { return DenseWeightSquares(input, delta); };
}

Squares KernelSquares(const ConvolutionNode& node, const at::Tensor& kernel) {
  const auto [stride, padding] = node.options;
  const ConvolutionShape shape{
      kernel.sizes().slice(2).vec(), {stride, stride}, {padding, padding}, {1, 1}};
  return [shape, input = node.x](const at::Tensor& delta) {
    return ConvolutionWeightSquares(input, delta, shape);
  };
}

Squares GainSquares(const graph::generated::NativeBatchNormBackward0& node) {
  const at::Tensor input = node.input_.unpack();
  std::vector<int64_t> channels(input.dim(), 1);
  channels[1] = input.size(1);
  const at::Tensor mean = node.running_mean_.unpack().view(channels);
  const at::Tensor scale = (node.running_var_.unpack() + node.eps).rsqrt().view(channels);
  return [=](const at::Tensor& delta) { return ChannelSquares((input - mean) * scale, delta); };
}

// The shape of what `node`'s operation made.
c10::SymIntArrayRef OutputSizes(const graph::Node& node) {
  return node.input_metadata(0).shape_as_dim_vector();
}

// How `node` reads `parameter` as its argument number `slot`; empty for what is not known.
Squares SquaresOf(const graph::Node& node, size_t slot, const at::Tensor& parameter) {
  if (const auto* addmm = dynamic_cast<const graph::generated::AddmmBackward0*>(&node)) {
    if (!addmm->alpha.equal(1) || !addmm->beta.equal(1)) return nullptr;
    if (slot == 0 && parameter.sym_sizes() == OutputSizes(node).slice(1)) return BiasSquares;
    if (slot == 2) return MatrixSquares(addmm->mat1_.unpack());
  } else if (const auto* mm = dynamic_cast<const graph::generated::MmBackward0*>(&node)) {
    if (slot == 1) return MatrixSquares(mm->self_.unpack());
  } else if (const auto conv = ConvolutionOf(node)) {
    if (slot == 1) return KernelSquares(*conv, parameter);
    if (slot == 2) return BiasSquares;
  } else if (const auto* norm =
                 dynamic_cast<const graph::generated::NativeBatchNormBackward0*>(&node)) {
    if (slot == 1 && !norm->training) return GainSquares(*norm);
    if (slot == 2 && !norm->training) return BiasSquares;
  }
  return nullptr;
}

// One parameter as an operation of the graph reads it.
struct Use {
  graph::Edge output;  // where the gradient in the operation's output arrives
  Squares squares;
};

// The uses of the parameters in the graph of `losses`, [N]; nothing where an operation is not known
// or a parameter has several uses.
std::optional<std::vector<Use>> UsesIn(const at::Tensor& losses, at::TensorList params) {
  std::set<const at::TensorImpl*> used;
  std::vector<Use> uses;
  for (const ParameterRead& read : ParameterReads(losses, params)) {
    const Squares squares = SquaresOf(*read.node, read.slot, read.parameter);
    const bool first = used.insert(read.parameter.unsafeGetTensorImpl()).second;
    const bool by_example = OutputSizes(*read.node)[0] == losses.size(0);
    if (squares == nullptr || !first || !by_example) return std::nullopt;
    uses.push_back({{read.node, 0}, squares});
  }
  return uses;
}

at::Tensor SumOverUses(const at::Tensor& losses, const std::vector<Use>& uses) {
  const at::NoGradGuard no_grad;
  graph::edge_list outputs;
  for (const Use& use : uses) outputs.push_back(use.output);
  const graph::variable_list deltas = graph::Engine::get_default_engine().execute(
      {graph::impl::gradient_edge(losses)}, {at::ones_like(losses)}, /*keep_graph=*/false,
      /*create_graph=*/false, /*accumulate_grad=*/false, outputs);
  at::Tensor sum = at::zeros(losses.sizes(), losses.options().dtype(at::kDouble));
  for (size_t i = 0; i < uses.size(); ++i) {
    if (deltas[i].defined()) sum += uses[i].squares(deltas[i]);
  }
  return sum;
}

at::Tensor OneByOne(const Network& network, const Objective& objective, const Examples& examples) {
  Tensors squares;
  for (const Examples& one : Chunks(examples, 1)) {
    const Evaluation here = Evaluate(network, objective, one, Mode::kEvaluation);
    squares.push_back(SquaredNorm(Gradient(here.loss, network.params)));
  }
  return at::stack(squares);
}

}  // namespace

at::Tensor ExampleGradientSquares(const Network& network, const Objective& objective,
                                  const Examples& examples) {
  const at::Tensor output = network.Forward(examples.inputs, Mode::kEvaluation).output;
  const at::Tensor losses = objective.PerExample(output, examples.targets);
  if (!losses.requires_grad())
    return at::zeros(losses.sizes(), losses.options().dtype(at::kDouble));
  const auto uses = UsesIn(losses, network.params);
  return uses ? SumOverUses(losses, *uses) : OneByOne(network, objective, examples);
}

}  // namespace geometer::geometry
