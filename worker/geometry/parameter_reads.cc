#include "worker/geometry/parameter_reads.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/generated/Functions.h>

#include <map>
#include <set>

namespace geometer::geometry {
namespace {

namespace graph = torch::autograd;

class Search {
 public:
  Search(const at::Tensor& root, at::TensorList params) {
    for (const at::Tensor& parameter : params) {
      parameters_[graph::impl::gradient_edge(parameter).function.get()] = parameter;
    }
    Visit(root.grad_fn());
    while (!pending_.empty()) {
      const NodePointer node = pending_.back();
      pending_.pop_back();
      for (size_t slot = 0; slot < node->num_outputs(); ++slot) Follow(node, slot);
    }
  }

  std::vector<ParameterRead> reads;

 private:
  using NodePointer = std::shared_ptr<graph::Node>;

  // Whether `node` only transposes or rounds.
  static bool IsSameNumbers(const graph::Node* node) {
    return dynamic_cast<const graph::generated::TBackward0*>(node) != nullptr ||
           dynamic_cast<const graph::generated::ToCopyBackward0*>(node) != nullptr;
  }

  void Visit(const NodePointer& node) {
    if (visited_.insert(node.get()).second) pending_.push_back(node);
  }

  void Follow(const NodePointer& node, size_t slot) {
    const NodePointer& source = node->next_edge(slot).function;
    if (source == nullptr) return;
    const graph::Node* origin = source.get();
    while (IsSameNumbers(origin)) origin = origin->next_edge(0).function.get();
    const auto found = parameters_.find(origin);
    if (found == parameters_.end()) return Visit(source);
    reads.push_back({node, slot, found->second});
  }

  std::map<const graph::Node*, at::Tensor> parameters_;  // by the node that collects their gradient
  std::vector<NodePointer> pending_;
  std::set<const graph::Node*> visited_;
};

}  // namespace

std::vector<ParameterRead> ParameterReads(const at::Tensor& root, at::TensorList params) {
  return Search(root, params).reads;
}

}  // namespace geometer::geometry
