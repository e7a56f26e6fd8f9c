#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/proto/contract/malformed_jobs.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {

std::vector<MalformedJob> BrokenGames() {
  // A game of points, with `more` at the end of the first learner, whose line is 4.
  const auto points = [](const std::string& game, const std::string& more = "",
                         const std::string& end = "") {
    return absl::StrCat("name: a\ngame: {", game,
                        "}\nlearners:\n- {name: a, model: {point: {start: [1]}}, optimizer: {sgd: "
                        "{learning_rate: 1}}",
                        more,
                        "}\n- {name: b, model: {point: {start: [1]}}, optimizer: {sgd: "
                        "{learning_rate: 1}}}\nstop: {steps: 1}\n",
                        end);
  };
  // A GAN on digits, with these models.
  const auto gan = [](const std::string& first, const std::string& second,
                      const std::string& end = "") {
    return absl::StrCat(
        "name: a\ndata: {digits: {}}\ngame: {gan: {}}\nlearners:\n- {name: a, model: {", first,
        "}, optimizer: {sgd: {learning_rate: 1}}}\n- {name: b, model: {", second,
        "}, optimizer: {sgd: {learning_rate: 1}}}\nstop: {steps: 1}\n", end);
  };
  return {
      {"no_game_for_two",
       "name: a\ndata: {digits: {}}\nlearners:\n- {name: a, model: {mlp: {}}, objective: "
       "{cross_entropy: {}}, optimizer: {sgd: {learning_rate: 1}}}\n- {name: b, model: {mlp: {}}, "
       "objective: {cross_entropy: {}}, optimizer: {sgd: {learning_rate: 1}}}\nstop: {steps: 1}\n",
       "4:1: learners: must be two in a game, and one without, got 2 without a game"},
      {"game_of_one", SmallJob() + "game: {gan: {}}\n",
       "3:1: learners: must be two in a game, and one without, got 1 with a game"},
      {"game_of_nothing", points("order: alternating"),
       "2:1: game: must have one of linear, dirac_gan, gan"},
      {"gan_without_data", points("gan: {}"), "1:1: data: must be given"},
      {"points_with_data", points("linear: {}", "", "data: {digits: {}}\n"),
       "7:1: data: must be left out in a game, which has no use for it, got digits"},
      {"objective_of_a_player", points("linear: {}", ", objective: {hinge: {}}"),
       "4:81: learners[0].objective: must be left out in a game, which has no use for it, got "
       "game linear"},
      {"noise_of_a_player", points("linear: {}", ", noise: [{inputs: {}, strength: 1}]"),
       "4:88: learners[0].noise: must be left out in a game, which has no use for it, got game "
       "linear"},
      {"network_among_points",
       "name: a\ngame: {linear: {}}\nlearners:\n- {name: a, model: {point: {start: [1, 2]}}, "
       "optimizer: {sgd: {learning_rate: 1}}}\n- {name: b, model: {mlp: {}}, optimizer: {sgd: "
       "{learning_rate: 1}}}\nstop: {steps: 1}\n",
       "5:13: learners[1].model: must be point in this game, both of one length, got mlp"},
      {"points_of_unequal_lengths",
       "name: a\ngame: {linear: {}}\nlearners:\n- {name: a, model: {point: {start: [1, 2]}}, "
       "optimizer: {sgd: {learning_rate: 1}}}\n- {name: b, model: {point: {start: [1]}}, "
       "optimizer: "
       "{sgd: {learning_rate: 1}}}\nstop: {steps: 1}\n",
       "5:36: learners[1].model.point.start: must be point in this game, both of one length, got 1 "
       "numbers"},
      {"residual_discriminator", gan("resnet: {}", "mlp: {}"),
       "5:13: learners[0].model: must be mlp or point in this game; of the first player also cnn "
       "without batch_norm, got resnet"},
      {"normalised_discriminator", gan("cnn: {batch_norm: true}", "mlp: {}"),
       "5:13: learners[0].model: must be mlp or point in this game; of the first player also cnn "
       "without batch_norm, got cnn with batch_norm"},
      {"convolutional_generator", gan("mlp: {}", "cnn: {}"),
       "6:13: learners[1].model: must be mlp or point in this game; of the first player also cnn "
       "without batch_norm, got cnn"},
      {"updates_of_simultaneous_players", points("linear: {}, first_updates: 2"),
       "2:35: game.first_updates: needs order: alternating, got order simultaneous"},
      {"adam_of_an_integrator",
       "name: a\ngame: {linear: {}, order: heun}\nlearners:\n- {name: a, model: {point: {start: "
       "[1]}}, optimizer: {adam: {}}}\n- {name: b, model: {point: {start: [1]}}, optimizer: {sgd: "
       "{learning_rate: 1}}}\nstop: {steps: 1}\n",
       "4:43: learners[0].optimizer: must be sgd alone (no momentum, decay or clipping) in this "
       "order, got adam with order heun"},
      {"term_without_a_game",
       WithLine(6, ValidLine(6) + "\n  regularizers: [{game_term: {}, weight: 1}]"),
       "7:19: learners[0].regularizers[0].game_term: needs a game"},
      {"probe_without_a_game", WithLine(7, "probes: [{game_drift: {}, every: {steps: 1}}]"),
       "7:11: probes[0].game_drift: needs a game"},
      {"flatness_in_a_game",
       points("linear: {}", ", regularizers: [{gradient_norm: {}, weight: 1}]"),
       "4:97: learners[0].regularizers[0].gradient_norm: must be game_term, l2, parameter_norm or, "
       "of networks, spectral_norm or geometric_complexity, got game linear"},
      {"spectral_norm_of_points",
       points("linear: {}", ", regularizers: [{spectral_norm: {}, weight: 1}]"),
       "4:97: learners[0].regularizers[0].spectral_norm: must be game_term, l2, parameter_norm or, "
       "of networks, spectral_norm or geometric_complexity, got game linear"},
      {"other_norm_as_drift",
       points("linear: {}", ", regularizers: [{game_term: {term: other_norm}, weight: 1}]"),
       "4:97: learners[0].regularizers[0].game_term.scale: must be one: other_norm is no term of "
       "the drift, got paper"},
      {"drift_of_an_integrator",
       points("linear: {}, order: heun", ", regularizers: [{game_term: {}, weight: -1}]"),
       "4:97: learners[0].regularizers[0].game_term.scale: must be one in this order, which has no "
       "drift, got paper with order heun"},
      {"drift_of_adam",
       "name: a\ngame: {linear: {}}\nlearners:\n- {name: a, model: {point: {start: [1]}}, "
       "optimizer: {sgd: {learning_rate: 1}}, regularizers: [{game_term: {}, weight: -1}]}\n- "
       "{name: b, model: {point: {start: [1]}}, optimizer: {adam: {}}}\nstop: {steps: 1}\n",
       "4:97: learners[0].regularizers[0].game_term.scale: must be one where a player does more "
       "than sgd (momentum, decay, clipping), got paper with adam"},
      {"halves_under_one_mask",
       gan("mlp: {dropout: 0.5}",
           "mlp: {}}, regularizers: [{game_term: {scale: one}, weight: 1}], schedule: {constant: "
           "{}"),
       "6:47: learners[1].regularizers[0].game_term.examples: needs networks without dropout, got "
       "split, with dropout"},
      {"loss_probe_in_a_game",
       points("linear: {}", "", "probes: [{loss: {}, every: {steps: 1}}]\n"),
       "7:11: probes[0].loss: must be game_drift, game_jacobian, generated_samples, parameter_norm "
       "or, of "
       "a discriminator that it names, geometric_complexity, got game linear"},
      {"complexity_of_a_generator",
       gan("mlp: {}", "mlp: {}",
           "probes: [{geometric_complexity: {}, learner: b, every: {steps: 1}}]\n"),
       "8:11: probes[0].geometric_complexity: must be game_drift, game_jacobian, "
       "generated_samples, "
       "parameter_norm or, of a discriminator that it names, geometric_complexity, got game "
       "gan"},
      {"samples_of_points",
       points("linear: {}", "", "probes: [{generated_samples: {}, every: {steps: 1}}]\n"),
       "7:11: probes[0].generated_samples: needs the game gan"},
      {"grid_of_eight", WithLine(2, "data: {gaussian_modes: {layout: grid}}"),
       "2:8: data[0].gaussian_modes.modes: must be a square number in a grid, got 8"},
  };
}

}  // namespace geometer::contract
