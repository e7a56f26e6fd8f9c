#include "worker/geometry/models/composition.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::geometry {
namespace {

// The seed of the network `name` in a run of `seed`.
uint64_t SeedOf(const std::string& name, uint64_t seed) {
  const at::Generator generator = MakeGenerator(seed, absl::StrCat("initialize/", name));
  return static_cast<uint64_t>(at::empty({}, at::kLong).random_(generator).item<int64_t>());
}

class Composition : public Model {
 public:
  Composition(NamedModel outer, NamedModel inner)
      : outer_(std::move(outer)), inner_(std::move(inner)) {
    for (const NamedModel* part : {&outer_, &inner_}) {
      for (const std::string& name : part->model->parameter_names()) {
        parameter_names_.push_back(absl::StrCat(part->name, ".", name));
      }
      for (const std::string& name : part->model->buffer_names()) {
        buffer_names_.push_back(absl::StrCat(part->name, ".", name));
      }
    }
  }

  Variables Initialize(uint64_t seed, const at::TensorOptions& options) const override {
    Variables all;
    for (const NamedModel* part : {&outer_, &inner_}) {
      Variables own = part->model->Initialize(SeedOf(part->name, seed), options);
      std::ranges::move(own.parameters, std::back_inserter(all.parameters));
      std::ranges::move(own.buffers, std::back_inserter(all.buffers));
    }
    return all;
  }

  ForwardResult Forward(at::TensorList parameters, at::TensorList buffers, const at::Tensor& inputs,
                        const Pass& pass) const override {
    const size_t first = outer_.model->parameter_names().size();
    const size_t first_buffers = outer_.model->buffer_names().size();
    ForwardResult made =
        inner_.model->Forward(parameters.slice(first), buffers.slice(first_buffers), inputs, pass);
    ForwardResult result = outer_.model->Forward(
        parameters.slice(0, first), buffers.slice(0, first_buffers), made.output, pass);
    std::ranges::move(made.buffers, std::back_inserter(result.buffers));
    return result;
  }

 private:
  const NamedModel outer_, inner_;
};

}  // namespace

std::unique_ptr<Model> MakeComposition(NamedModel outer, NamedModel inner) {
  return std::make_unique<Composition>(std::move(outer), std::move(inner));
}

}  // namespace geometer::geometry
