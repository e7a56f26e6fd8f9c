#include <vector>

#include "tests/proto/contract/malformed_jobs.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {

std::vector<MalformedJob> BrokenRules() {
  return {
      {"no_name", WithLine(1, "seed: 1"), "1:1: name: must be given"},
      {"empty_name", WithLine(1, "name: \"\""), "1:7: name: must be given"},
      {"name_with_space", WithLine(1, "name: my job"),
       "1:7: name: must begin with a letter or digit"},
      {"name_with_slash", WithLine(1, "name: ../../etc"),
       "1:7: name: must begin with a letter or digit"},
      {"name_like_a_flag", WithLine(1, "name: -rf"),
       "1:7: name: must begin with a letter or digit"},
      {"name_not_ascii", WithLine(1, "name: géométrie"),
       "1:7: name: must begin with a letter or digit"},
      {"name_with_newline", WithLine(1, "name: \"a\\nb\""),
       "1:7: name: must begin with a letter or"},
      {"name_too_long", WithLine(1, "name: " + Repeat("n", 129)),
       "1:7: name: must have at most 128 characters, got 129"},
      {"no_data", WithLine(2, ""), "1:1: data: must be given"},
      {"empty_data_list", WithLine(2, "data: []"), "2:7: data: must be given"},
      {"data_without_source", WithLine(2, "data: {name: x}"),
       "2:1: data[0]: must have one of digits, mnist"},
      {"no_learner", "name: a\ndata: {digits: {}}\nstop: {steps: 1}\n",
       "1:1: learners: must be given"},
      {"three_learners", "name: a\ndata: {digits: {}}\nlearners: [{}, {}, {}]\nstop: {steps: 1}\n",
       "3:11: learners: must have at most 2 elements, got 3"},
      {"no_model", WithLine(4, ""), "3:1: learners[0].model: must be given"},
      {"empty_model", WithLine(4, "  model: {}"),
       "4:3: learners[0].model: must have one of mlp, resnet"},
      {"weights_of_nothing", WithLine(4, "  model: {mlp: {hidden: [4]}, weights: {}}"),
       "4:31: learners[0].model.weights: must have file or parent, one of them, got neither"},
      {"weights_of_two",
       WithLine(4, "  model: {mlp: {hidden: [4]}, weights: {file: a, parent: {job: 1}}}"),
       "4:31: learners[0].model.weights: must have file or parent, one of them, got both"},
      {"parent_without_job", WithLine(4, "  model: {mlp: {hidden: [4]}, weights: {parent: {}}}"),
       "4:41: learners[0].model.weights.parent.job: must be given"},
      {"parent_by_no_digest",
       WithLine(4, "  model: {mlp: {hidden: [4]}, weights: {parent: {job: 1, sha256: abc}}}"),
       "4:66: learners[0].model.weights.parent.sha256: must be 64 lower-case hexadecimal digits, "
       "got abc"},
      {"no_objective", WithLine(5, ""), "3:1: learners[0].objective: must be given"},
      {"no_optimizer", WithLine(6, ""), "3:1: learners[0].optimizer: must be given"},
      {"no_rule", WithLine(6, "  optimizer: {}"),
       "6:3: learners[0].optimizer: must have one of sgd, adam"},
      {"negative_rate", WithLine(6, "  optimizer: {sgd: {learning_rate: -0.1}}"),
       "6:36: learners[0].optimizer.sgd.learning_rate: must be in [0, 1000000], got -0.1"},
      {"momentum_one", WithLine(6, "  optimizer: {sgd: {learning_rate: 1, momentum: 1}}"),
       "6:49: learners[0].optimizer.sgd.momentum: must be in [0, 1), got 1"},
      {"zero_batch", WithLine(6, "  optimizer: {sgd: {}}\n  batches: {size: 0}"),
       "7:19: learners[0].batches.size: must be in [1, 10000000], got 0"},
      {"unequal_parts",
       WithLine(6, "  optimizer: {sgd: {}}\n  batches: {size: 10, accumulation: 3}"),
       "7:37: learners[0].batches.accumulation: must divide the examples of a batch, got 3 of 10"},
      {"adaptive_strength",
       WithLine(
           6,
           "  optimizer: {sgd: {}}\n  noise: [{inputs: {}, strength: 1, schedule: {polyak: {}}}]"),
       "7:37: learners[0].noise[0].schedule: must follow from the step alone"},
      {"scaled_adaptive_rate",
       WithLine(6, "  optimizer: {sgd: {}}\n  schedule: {corridor: {}, reference_batch: 10}"),
       "7:45: learners[0].schedule.reference_batch: must be left out"},
      {"falling_milestones",
       WithLine(6, "  optimizer: {sgd: {}}\n  schedule: {step: {milestones: [5, 3]}}"),
       "7:37: learners[0].schedule.step.milestones[1]: must rise, got 3 after 5"},
      {"part_of_a_whole_batch",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  regularizers: [{gradient_norm: {part: 2}, weight: 1}]"),
       "7:41: learners[0].regularizers[0].gradient_norm.part: must be given with examples: parts, "
       "and only then, got examples batch"},
      {"parts_of_no_size",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  regularizers: [{gradient_norm: {examples: parts}, "
                "weight: 1}]"),
       "7:19: learners[0].regularizers[0].gradient_norm.part: must be given with examples: parts, "
       "and only then, got nothing"},
      {"part_above_a_batch",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  batches: {size: 8, accumulation: 2}\n  regularizers: "
                "[{gradient_norm: {examples: parts, part: 5}, weight: 1}]"),
       "8:58: learners[0].regularizers[0].gradient_norm.part: must be at most the examples of a "
       "batch that are evaluated at once, got 5 of 4"},
      {"matched_rate_of_a_root",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  regularizers: [{gradient_norm: {squared: false, "
                "match_learning_rate: 1}, weight: 1}]"),
       "7:72: learners[0].regularizers[0].gradient_norm.match_learning_rate: needs squared: true, "
       "got squared: false"},
      {"layer_of_another_target",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  regularizers: [{geometric_complexity: {layer: "
                "hidden.0}, weight: 1}]"),
       "7:49: learners[0].regularizers[0].geometric_complexity.layer: must be given with target: "
       "layer, and only then, got target output"},
      {"target_without_its_layer",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  regularizers: [{geometric_complexity: {target: layer}, "
                "weight: 1}]"),
       "7:19: learners[0].regularizers[0].geometric_complexity.layer: must be given with target: "
       "layer, and only then, got nothing"},
      {"variation_of_pictures",
       WithLine(6, "  optimizer: {sgd: {}}\n  regularizers: [{variation: {}, weight: 1}]"),
       "7:19: learners[0].regularizers[0].variation: needs data of one or two inputs, got digits"},
      {"sharpness_differentiated_again",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  schedule: {drift_adjusted: {}}\n  regularizers: "
                "[{sharpness: {}, weight: 1}]"),
       "8:19: learners[0].regularizers[0].sharpness: has no second derivative: needs a "
       "drift_adjusted schedule by differences, got product: exact"},
      {"full_norm_differentiated_again",
       WithLine(6,
                "  optimizer: {sgd: {}}\n  schedule: {drift_adjusted: {}}\n  regularizers: "
                "[{gradient_norm: {examples: full}, weight: 1}]"),
       "8:45: learners[0].regularizers[0].gradient_norm.examples: has no second derivative: needs "
       "a drift_adjusted schedule by differences, got product: exact"},
      {"idle_nesterov", WithLine(6, "  optimizer: {sgd: {nesterov: true}}"),
       "6:31: learners[0].optimizer.sgd.nesterov: needs momentum without dampening"},
      {"impossible_share",
       WithLine(6, "  optimizer: {sgd: {}}\n  noise: [{labels: {}, strength: 2}]"),
       "7:34: learners[0].noise[0].strength: must be a share of the labels, at most 1"},
      {"values_as_labels",
       WithLine(6, "  optimizer: {sgd: {}}\n  noise: [{targets: {}, strength: 1}]"),
       "7:12: learners[0].noise[0].targets: needs an objective on values"},
      {"batch_beyond_data", WithLine(6, "  optimizer: {sgd: {}}\n  batches: {size: 1001}"),
       "7:19: learners[0].batches.size: must be at most the training examples"},
      {"zero_width", WithLine(4, "  model: {mlp: {hidden: [8, 0]}}"),
       "4:29: learners[0].model.mlp.hidden[1]: must be in [1, 65536], got 0"},
      {"too_many_layers", WithLine(4, "  model: {mlp: {hidden: [" + Repeat("8, ", 128) + "8]}}"),
       "4:25: learners[0].model.mlp.hidden: must have at most 128 elements, got 129"},
      {"zero_scale", WithLine(4, "  model: {mlp: {initialization_scale: 0}}"),
       "4:39: learners[0].model.mlp.initialization_scale: must be in (0, 1000], got 0"},
      {"even_kernel", WithLine(4, "  model: {cnn: {channels: [4], kernel: 4}}"),
       "4:40: learners[0].model.cnn.kernel: must be odd, got 4"},
      {"uneven_heads", WithLine(4, "  model: {vit: {heads: 3}}"),
       "4:24: learners[0].model.vit.heads: must divide the width, got 3 of 64"},
      {"uneven_patches", WithLine(4, "  model: {vit: {patch: 3}}"),
       "4:24: learners[0].model.vit.patch: must divide the sides of the pictures, got 3 with sides "
       "of 8"},
      {"too_many_poolings", WithLine(4, "  model: {cnn: {channels: [4, 4, 4, 4]}}"),
       "4:27: learners[0].model.cnn.channels: must not halve the pictures more often than they can "
       "be, got 4 with sides of 8"},
      {"small_pictures", WithLine(4, "  model: {vgg: {}}"),
       "4:11: learners[0].model.vgg: needs pictures of side 32 at least, got pictures of side 8"},
      {"seed_beyond_doubles", WithLine(1, "name: a\nseed: 9007199254740993"),
       "2:7: seed: must be at most 9007199254740991, got 9007199254740993"},
      {"rounded_float64", WithLine(1, "name: a\ndtype: float64\nprecision: bfloat16"),
       "3:12: precision: must be full where dtype is float64, got bfloat16"},
      {"zero_threads", WithLine(1, "name: a\nthreads: 0"),
       "2:10: threads: must be in [1, 1024], got 0"},
      {"zero_budget", WithLine(1, "name: a\nbudget: 0"), "2:9: budget: must be in (0, 1], got 0"},
      {"budget_beyond_all", WithLine(1, "name: a\nbudget: 1.1"),
       "2:9: budget: must be in (0, 1], got 1.1"},
      {"budget_in_percent", WithLine(1, "name: a\nbudget: 10%"),
       "2:9: 'budget' must be a finite decimal number such as 0.1 or 1e-3, got '10%'"},
      {"no_stop", WithLine(8, ""), "1:1: stop: must be given"},
      {"empty_stop", WithLine(8, "stop: {}"), "8:1: stop: must have one of steps, epochs"},
      {"zero_steps", WithLine(8, "stop: {steps: 0}"),
       "8:15: stop.steps: must be in [1, 1000000000], got 0"},
      {"zero_epochs", WithLine(8, "stop: {epochs: 0}"),
       "8:16: stop.epochs: must be in (0, 1000000]"},
      {"no_cadence", WithLine(7, "probes: [{loss: {}}]"), "7:10: probes[0].every: must be given"},
      {"empty_cadence", WithLine(7, "probes: [{loss: {}, every: {}}]"),
       "7:21: probes[0].every: must have one of steps, epochs"},
      {"no_quantity", WithLine(7, "probes: [{every: {steps: 5}}]"),
       "7:10: probes[0]: must have one of loss"},
      {"zero_eigenvalues", WithLine(7, "probes: [{hessian_top: {k: 0}, every: {steps: 5}}]"),
       "7:28: probes[0].hessian_top.k: must be in [1, 100], got 0"},
      {"products_below_k", WithLine(7, "probes: [{hessian_top: {k: 80}, every: {steps: 5}}]"),
       "7:11: probes[0].hessian_top.max_products: must be at least k, got 60 with k 80"},
      {"same_split_twice",
       WithLine(7, "probes: [{loss: {}, every: {steps: 5}, splits: [train, train]}]"),
       "7:56: probes[0].splits[1]: must differ from those before it, got train"},
      {"four_splits",
       WithLine(7, "probes: [{loss: {}, every: {steps: 5}, splits: [train, test, train, test]}]"),
       "7:48: probes[0].splits: must have at most 3 elements, got 4"},
      {"same_probe_twice",
       WithLine(7, "probes: [{loss: {}, every: {steps: 5}}, {loss: {}, every: {steps: 9}}]"),
       "7:41: probes[1].name: must differ from those before it, got loss"},
      {"reserved_probe_name",
       WithLine(7, "probes: [{name: training, loss: {}, every: {steps: 5}}]"),
       "7:17: probes[0].name: must not be the name of the run's own series"},
      {"probe_of_nobody", WithLine(7, "probes: [{loss: {}, every: {steps: 5}, learner: bob}]"),
       "7:49: probes[0].learner: must name a learner of the job, got bob"},
      {"empty_split",
       "name: a\ndata: {digits: {validation: 0}}\nlearner:\n  model: {mlp: {}}\n  objective: "
       "{cross_entropy: {}}\n  optimizer: {sgd: {learning_rate: 1}}\nprobes: [{loss: {}, every: "
       "{steps: 5}, splits: [validation]}]\nstop: {steps: 1}\n",
       "7:49: probes[0].splits[0]: must be a split that has examples, got validation"},
      {"classes_of_a_function", WithLine(2, "data: {function: {train: 100}}"),
       "5:15: learners[0].objective.cross_entropy: needs data with classes, got function"},
      {"margins_of_a_function",
       "name: a\ndata: {function: {train: 100}}\nlearner:\n  model: {mlp: {}}\n  objective: "
       "{hinge: "
       "{}}\n  optimizer: {sgd: {}}\nstop: {steps: 1}\n",
       "5:15: learners[0].objective.hinge: needs data with classes, got function"},
      {"bound_without_a_constant",
       WithLine(7, "probes: [{margins: {bound: {}}, every: {steps: 5}}]"),
       "7:21: probes[0].margins.bound.poincare_constant: must be given"},
      {"half_a_bracket",
       WithLine(7, "probes: [{lie_bracket: {first: {classes: [0]}}, every: {steps: 5}}]"),
       "7:11: probes[0].lie_bracket.second: must be given with the other part, or neither"},
      {"a_bracket_of_one_loss",
       WithLine(7, "probes: [{lie_bracket: {first: {}, second: {}}, every: {steps: 5}}]"),
       "7:36: probes[0].lie_bracket.second: must differ from the first part"},
      {"an_unknown_flow",
       WithLine(7, "probes: [{flow_distance: {flows: [modifed]}, every: {steps: 5}}]"),
       "7:35: 'flows' must be one of gradient, modified, third_order, principal"},
      {"same_flow_twice",
       WithLine(7, "probes: [{flow_distance: {flows: [gradient, gradient]}, every: {steps: 5}}]"),
       "7:45: probes[0].flow_distance.flows[1]: must differ from those before it, got gradient"},
      {"bounds_of_a_resnet",
       "name: a\ndata: {digits: {}}\nlearner:\n  model: {resnet: {}}\n  objective: {cross_entropy: "
       "{}}\n  optimizer: {sgd: {learning_rate: 0.1}}\nprobes: [{complexity_bounds: {}, every: "
       "{steps: 5}}]\nstop: {steps: 1}\n",
       "7:11: probes[0].complexity_bounds: needs an mlp"},
      {"transfer_of_a_resnet",
       "name: a\ndata: {digits: {}}\nlearner:\n  model: {resnet: {}}\n  objective: {cross_entropy: "
       "{}}\n  optimizer: {sgd: {learning_rate: 0.1}}\nprobes: [{gradient_statistics: {transfer: "
       "true}, every: {steps: 5}}]\nstop: {steps: 1}\n",
       "7:43: probes[0].gradient_statistics.transfer: needs an mlp"},
      {"stability_of_adam",
       "name: a\ndata: {digits: {}}\nlearner:\n  model: {mlp: {}}\n  objective: {cross_entropy: "
       "{}}\n  optimizer: {adam: {}}\nprobes: [{stability: {}, every: {steps: 5}}]\nstop: {steps: "
       "1}\n",
       "7:11: probes[0].stability: needs the optimizer sgd"},
      {"labels_of_a_function",
       "name: a\ndata: {function: {train: 100}}\nlearner:\n  model: {mlp: {}}\n  objective: "
       "{mean_squared_error: {}}\n  optimizer: {sgd: {}}\n  noise: [{labels: {}, strength: "
       "0.1}]\nstop: {steps: 1}\n",
       "7:12: learners[0].noise[0].labels: needs data with classes, got function"},
      {"classes_of_a_function_in_a_probe",
       "name: a\ndata: {function: {train: 100}}\nlearner:\n  model: {mlp: {}}\n  objective: "
       "{mean_squared_error: {}}\n  optimizer: {sgd: {learning_rate: 0.1}}\nprobes: "
       "[{neural_collapse: {}, every: {steps: 5}}]\nstop: {steps: 1}\n",
       "7:11: probes[0].neural_collapse: needs data with classes, got function"},
      {"complexity_of_a_functions_classes",
       "name: a\ndata: {function: {train: 100}}\nlearner:\n  model: {mlp: {}}\n  objective: "
       "{mean_squared_error: {}}\n  optimizer: {sgd: {learning_rate: 0.1}}\nprobes: "
       "[{geometric_complexity: {by_class: true}, every: {steps: 5}}]\nstop: {steps: 1}\n",
       "7:44: probes[0].geometric_complexity.by_class: needs data with classes, got function"},
      {"shape_of_many_inputs", WithLine(7, "probes: [{function_shape: {}, every: {steps: 5}}]"),
       "7:11: probes[0].function_shape: needs data with one input: function"},
      {"pictures_of_a_function",
       "name: a\ndata: {function: {train: 100}}\nlearner:\n  model: {resnet: {}}\n  objective: "
       "{mean_squared_error: {}}\n  optimizer: {sgd: {learning_rate: 1}}\nstop: {steps: 1}\n",
       "4:11: learners[0].model.resnet: needs data of pictures, got function"},
      {"weightless_penalty", WithLine(6, ValidLine(6) + "\n  regularizers: [{gradient_norm: {}}]"),
       "7:18: learners[0].regularizers[0].weight: must be given"},
      {"penalty_of_nothing", WithLine(6, ValidLine(6) + "\n  regularizers: [{weight: 1}]"),
       "7:18: learners[0].regularizers[0]: must have one of gradient_norm"},
      {"cosine_beyond_one", WithLine(6, ValidLine(6) + "\n  schedule: {cosine: {final_factor: 2}}"),
       "7:37: learners[0].schedule.cosine.final_factor: must be in [0, 1], got 2"},
      {"floor_above_cap",
       WithLine(6, ValidLine(6) + "\n  schedule: {corridor: {floor: 1, cap: 0.5}}"),
       "7:32: learners[0].schedule.corridor.floor: must be at most cap, got 1 with cap 0.5"},
      {"empty_window", WithLine(6, ValidLine(6) + "\n  schedule: {window: {start: 9, stop: 9}}"),
       "7:39: learners[0].schedule.window.stop: must be after start, got 9 with start 9"},
      {"clipped_flow",
       WithLine(6, "  optimizer: {gradient_flow: {learning_rate: 1}, clip_norm: 1}"),
       "6:61: learners[0].optimizer.clip_norm: needs an optimizer that takes steps along one "
       "gradient, got gradient_flow"},
      {"density_without_noise", WithLine(5, "  objective: {morse: {}}"),
       "5:15: learners[0].objective.morse: needs a last noise of kind reference, which no other "
       "objective takes; or noise_weight: 0, got no reference"},
      {"reference_of_a_classifier",
       WithLine(6, ValidLine(6) + "\n  noise: [{reference: {}, strength: 1}]"),
       "7:12: learners[0].noise[0].reference: needs a last noise of kind reference, which no other "
       "objective takes; or noise_weight: 0, got another objective"},
      {"detection_of_unknown_data",
       WithLine(7, "probes: [{ood_detection: {data: mnist}, every: {steps: 5}}]"),
       "7:33: probes[0].ood_detection.data: must name a data set of the job, got mnist"},
      {"few_shots_of_unknown_data",
       WithLine(7, "probes: [{few_shot: {data: mnist}, every: {steps: 5}}]"),
       "7:28: probes[0].few_shot.data: must name a data set of the job, got mnist"},
      {"episodes_of_more_than_the_sample",
       WithLine(7, "probes: [{few_shot: {query: 500}, every: {steps: 5}}]"),
       "7:11: probes[0].few_shot.way: must have episodes within the probe's examples, got 5 ways "
       "of 5 + 500 of 1000 examples"},
      {"large_logistic_episodes",
       WithLine(7,
                "probes: [{few_shot: {classifier: logistic, way: 10, shot: 101}, examples: 9999, "
                "every: {steps: 5}}]"),
       "7:34: probes[0].few_shot.classifier: must not be logistic beyond way * way * shot = 10000, "
       "got logistic with 10100"},
      {"more_ways_than_classes", WithLine(7, "probes: [{few_shot: {way: 11}, every: {steps: 5}}]"),
       "7:27: probes[0].few_shot.way: must be at most the classes of the data, got 11 of 10"},
      {"detection_by_own_statistics",
       "name: a\ndata: [{name: a, digits: {}}, {name: b, digits: {}}]\nlearner:\n" + ValidLine(4) +
           "\n" + ValidLine(5) + "\n" + ValidLine(6) +
           "\nprobes: [{ood_detection: {data: b}, every: {steps: 5}}]\nstop: {steps: 1}\n",
       "2:31: data[1].normalization: must be none or equal given numbers, so that data out of "
       "distribution stay so, got its own, for probe ood_detection"},
      {"density_of_a_classifier",
       "name: a\ndata: [{name: a, two_moons: {}}, {name: b, two_moons: {}}]\nlearner:\n" +
           ValidLine(4) + "\n" + ValidLine(5) + "\n" + ValidLine(6) +
           "\nprobes: [{ood_detection: {data: b, scores: [density]}, every: {steps: 5}}]\nstop: "
           "{steps: 1}\n",
       "7:45: probes[0].ood_detection.scores[0]: needs the objective morse, or for scores of "
       "classes one on labels, got density"},
      {"posterior_of_one_density", WithLine(5, "  objective: {morse: {loss: posterior}}"),
       "5:29: learners[0].objective.morse.loss: needs targets: classes where it is posterior, got "
       "origin"},
      {"noise_for_a_posterior",
       WithLine(5,
                "  objective: {morse: {loss: posterior, targets: classes}}\n  noise: "
                "[{reference: {}, strength: 1}]"),
       "6:12: learners[0].noise[0].reference: needs a last noise of kind reference, which no other "
       "objective takes; or noise_weight: 0, got another objective"},
      {"initial_mean_of_given_weights",
       "name: a\ndata: {mnist: {}}\nlearner:\n  model: {mlp: {}, weights: {file: a}}\n  "
       "objective: {morse: {noise_weight: 0, targets: initial_mean}}\n" +
           ValidLine(6) + "\nstop: {steps: 1}\n",
       "5:49: learners[0].objective.morse.targets: must not be initial_mean unless weights are "
       "fresh, got weights from a"},
      {"initial_mean_of_a_parent",
       "name: a\ndata: {mnist: {}}\nlearner:\n  model: {mlp: {}, weights: {parent: {job: 3}}}\n  "
       "objective: {morse: {noise_weight: 0, targets: initial_mean}}\n" +
           ValidLine(6) + "\nstop: {steps: 1}\n",
       "5:49: learners[0].objective.morse.targets: must not be initial_mean unless weights are "
       "fresh, got weights of job 3"},
      {"calibration_of_one_density",
       "name: a\ndata: {digits: {}}\nlearner:\n" + ValidLine(4) +
           "\n  objective: {morse: {noise_weight: 0}}\n" + ValidLine(6) +
           "\nprobes: [{calibration: {}, every: {steps: 5}}]\nstop: {steps: 1}\n",
       "7:11: probes[0].calibration: needs an objective that predicts classes, got one density"},
      {"calibration_of_values",
       "name: a\ndata: {function: {train: 100}}\nlearner:\n  model: {mlp: {}}\n  objective: "
       "{mean_squared_error: {}}\n  optimizer: {sgd: {learning_rate: 0.1}}\nprobes: "
       "[{calibration: {}, every: {steps: 5}}]\nstop: {steps: 1}\n",
       "7:11: probes[0].calibration: needs data with classes, got function"},
      {"densities_of_a_classifier",
       WithLine(7, "probes: [{calibration: {probabilities: background}, every: {steps: 5}}]"),
       "7:40: probes[0].calibration.probabilities: needs the objective morse, got background"},
      {"samples_of_a_classifier", WithLine(7, "probes: [{density_samples: {}, every: {steps: 5}}]"),
       "7:11: probes[0].density_samples: needs the objective morse, got another"},
      {"map_of_pictures", WithLine(7, "probes: [{plane_map: {}, every: {steps: 5}}]"),
       "7:11: probes[0].plane_map: needs data with two inputs, got digits"},
      {"empty_schedule", WithLine(6, ValidLine(6) + "\n  schedule: {}"),
       "7:3: learners[0].schedule: must have one of constant, cosine"},
      {"empty_checkpoint_cadence", WithLine(8, "stop: {steps: 1}\ncheckpoint: {every: {}}"),
       "9:14: checkpoint.every: must have one of steps, epochs"},
  };
}

}  // namespace geometer::contract
