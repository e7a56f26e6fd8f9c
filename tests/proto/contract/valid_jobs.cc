#include "tests/proto/contract/valid_jobs.h"

#include <stdexcept>

#include "proto/contract/yaml.h"

namespace geometer::contract {
namespace {

const std::string kLines[] = {
    "name: demo",                                // 1
    "data: {digits: {}}",                        // 2
    "learner:",                                  // 3
    "  model: {mlp: {hidden: [8]}}",             // 4
    "  objective: {cross_entropy: {}}",          // 5
    "  optimizer: {sgd: {learning_rate: 0.1}}",  // 6
    "probes: [{loss: {}, every: {steps: 5}}]",   // 7
    "stop: {steps: 10}",                         // 8
};

constexpr char kPictures[] = R"(# An experiment on pictures.
name: occam-demo
seed: 7
dtype: float32
threads: 2
data: {fashion_mnist: {train: 10000, validation: 2000}}
learner:
  model: {mlp: {hidden: [256, 256], activation: gelu, initialization_scale: 1.5}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9}}
  batches: {size: 64}
  schedule: {cosine: {final_factor: 0.01}}
  regularizers: [{gradient_norm: {}, weight: 1e-2}]
probes:
  - {geometric_complexity: {}, every: {steps: 50}, splits: [train, test], examples: 100}
  - hessian_top: {k: 5, tolerance: 1e-4}
    every: {steps: 200}
  - lie_bracket: {first: {classes: [0, 1]}, second: {objective: {mean_squared_error: {}}}}
    every: {steps: 500}
  - name: loss-on-all
    loss: {}
    splits: [train, validation, test]
    every:
      epochs: 0.5
stop: {steps: 2000}
checkpoint: {every: {steps: 500}}
resources: {device: cpu}
budget: 0.1
)";

constexpr char kRegression[] = R"(name: curve
dtype: float64
data:
  function:
    function: cubic
    train: 10
    noise: 0.05
learner:
  model: {mlp: {hidden: [], bias: false, initialization: glorot}}
  objective: {mean_squared_error: {}}
  optimizer: {sgd: {learning_rate: 1.0e-3, weight_decay: .5}}
  batches: {full: true}
stop: {epochs: 12.5}
)";

constexpr char kGame[] = R"(name: "2"
data: {name: a, mnist: {test: 0}}
game: {gan: {discriminator_loss: wasserstein, latents: 4}, order: alternating, first_updates: 5}
learners:
- name: judge
  model: {cnn: {channels: [8]}}
  optimizer: {sgd: {learning_rate: 0.5}}
  regularizers: [{geometric_complexity: {}, weight: 5}, {game_term: {term: self_norm, scale: one}, weight: -1}]
- name: maker
  model: {mlp: {}}
  optimizer: {adam: {}}
probes:
- {parameter_norm: {}, every: {steps: 1}, learner: maker}
- {game_drift: {convention: single_clock}, every: {steps: 1}}
stop: {steps: 3}
)";

constexpr char kOwnFiles[] = R"(name: own
data:
- {name: a, image_folder: {folder: birds, train: 100, size: 64}, augmentation: {crop: 4, flip: true}}
- {name: b, csv: {folder: wine, class_count: 3, train: 100, target: quality}, classes: [2, 0]}
- {name: c, npy: {folder: arrays, class_count: 2, train: 9, test: 1}, normalization: {global: {}}}
- {name: d, cifar100: {labels: coarse}, corruption: 1}
- name: e
  svhn: {}
  normalization: {given: {mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.2, 0.2]}}
learner:
  model: {mlp: {}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 4}
  multitask:
    order: palindromic
    tasks:
    - {name: first, own_head: true, turn: 3, inputs: {rotated: {degrees: -30}}, weight: 0.5}
    - {name: second, data: b, own_head: true, objective: {mean_squared_error: {}}}
    - {name: third, data: c, own_head: true, inputs: {permuted: {}}}
    - {name: fourth, data: d, classes: [3, 1]}
    - {name: fifth, data: e, classes: [9], own_head: true}
probes: [{lie_bracket: {}, every: {task_switch: {}}}]
stop: {steps: 5}
resources: {loading_threads: 0}
)";

constexpr char kJson[] = R"({
	"name": "from\u002djson",
	"data": {"digits": {"train": 100, "validation": 0}},
	"learners": [{
		"model": {"mlp": {"hidden": [4, 4], "bias": true}},
		"objective": {"cross_entropy": {}},
		"optimizer": {"sgd": {"learning_rate": 1E-1}},
		"batches": {"size": 10}
	}],
	"stop": {"steps": 5},
	"resources": {"device": "cuda"}
})";

}  // namespace

std::string SmallJob() { return WithLine(0, ""); }

std::string ValidLine(int number) { return kLines[number - 1]; }

std::string WithLine(int number, std::string_view line) {
  std::string text;
  for (int i = 1; i <= static_cast<int>(std::size(kLines)); ++i) {
    text += i == number ? std::string(line) : ValidLine(i);
    text += '\n';
  }
  return text;
}

std::string Repeat(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

std::vector<std::string> ValidJobs() {
  return {SmallJob(), kPictures, kRegression, kGame, kOwnFiles, kJson};
}

v1::JobSpec Parsed(std::string_view text) {
  auto spec = ParseJob(text, "valid.yaml");
  if (!spec.ok()) throw std::invalid_argument(spec.status().ToString());
  return *std::move(spec);
}

}  // namespace geometer::contract
