#include "worker/geometry/probes/plane_map.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/stack.h>

#include <string>
#include <vector>

#include "worker/geometry/probes/outputs.h"

namespace geometer::geometry {
namespace {

// Places of the columns and rows, [g], float64.
struct Grid {
  at::Tensor x, y;
};

Grid GridAround(const at::Tensor& points, const PlaneMapOptions& options) {
  const at::Tensor low = points.amin(0), high = points.amax(0), centre = (low + high) / 2;
  const double half = (high - low).max().item<double>() / 2 * options.extent;
  const at::Tensor offsets = at::linspace(-half, half, options.points, centre.options());
  return {centre[0] + offsets, centre[1] + offsets};
}

// Its points by rows, [g², 2].
at::Tensor PointsOf(const Grid& grid) {
  const std::vector<at::Tensor> mesh = at::meshgrid({grid.y, grid.x}, "ij");
  return at::stack({mesh[1].flatten(), mesh[0].flatten()}, 1);
}

void Add(const std::string& quantity, const at::Tensor& values, Reading& reading) {
  const at::Tensor on_cpu = values.to(at::kCPU, at::kDouble).contiguous();
  const auto* value = on_cpu.const_data_ptr<double>();
  for (int64_t i = 0; i < on_cpu.size(0); ++i) {
    reading.measurements.push_back({quantity, value[i], i});
  }
}

class PlaneMapProbe : public Probe {
 public:
  explicit PlaneMapProbe(const PlaneMapOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::NoGradGuard no_grad;
    const at::Tensor data = subject.sample.inputs;
    TORCH_CHECK(data.numel() == 2 * subject.sample.size(),
                "expected inputs of two numbers each, got shape ", data.sizes());
    const Grid grid = GridAround(data.flatten(1).to(at::kDouble), options_);
    std::vector<int64_t> shape = data.sizes().vec();
    shape[0] = options_.points * options_.points;
    const at::Tensor output = OutputsOf(subject, PointsOf(grid).view(shape).to(data.options()));
    Reading reading;
    Add("map_x", grid.x, reading);
    Add("map_y", grid.y, reading);
    const auto densities = subject.objective->LogDensities(output);
    if (densities.has_value()) AddDensity(densities->amax(1), reading);
    const bool labelled = subject.sample.targets.scalar_type() == at::kLong;
    if (labelled && subject.objective->PredictsLabels() && output.size(1) > 1) {
      AddClasses(subject.objective->ClassLogits(output), reading);
    } else if (!densities.has_value()) {
      Add("map_output", output.select(1, 0), reading);
    }
    return reading;
  }

 private:
  void AddDensity(const at::Tensor& log, Reading& reading) const {
    if (options_.logarithm) return Add("map_potential", -log, reading);
    Add("map_density", log.exp(), reading);
  }

  static void AddClasses(const at::Tensor& logits, Reading& reading) {
    const auto [highest, classes] = logits.softmax(1).topk(2, 1);
    const at::Tensor likeliest = highest.select(1, 0);
    Add("map_class",
        classes.select(1, 0).to(at::kDouble).masked_fill(likeliest.isnan(), std::nan("")), reading);
    Add("map_margin", highest.select(1, 0) - highest.select(1, 1), reading);
  }

  const PlaneMapOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakePlaneMapProbe(const PlaneMapOptions& options) {
  return std::make_unique<PlaneMapProbe>(options);
}

}  // namespace geometer::geometry
