#include <vector>

#include "tests/proto/contract/malformed_jobs.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {

std::vector<MalformedJob> BrokenDataRules() {
  return {
      {"digits_overdrawn", WithLine(2, "data: {digits: {train: 1500}}"),
       "2:8: data[0].digits: must have at most 1797 examples in all splits together, got 2297"},
      {"mnist_overdrawn", WithLine(2, "data: {mnist: {train: 60000}}"),
       "2:8: data[0].mnist: must have no more training and validation examples than there are of "
       "its classes, got 70000 of 60000"},
      {"fashion_overdrawn", WithLine(2, "data: {fashion_mnist: {validation: 10001}}"),
       "2:8: data[0].fashion_mnist: must have no more training and validation examples than there "
       "are of its classes, got 60001 of 60000"},
      {"cifar_overdrawn", WithLine(2, "data: {cifar10: {train: 50000}}"),
       "2:8: data[0].cifar10: must have no more training and validation examples than there are of "
       "its classes, got 55000 of 50000"},
      {"emnist_overdrawn", WithLine(2, "data: {emnist: {train: 110000}}"),
       "2:8: data[0].emnist: must have no more training and validation examples than there are of "
       "its classes, got 128800 of 112800"},
      {"emnist_tests_overdrawn", WithLine(2, "data: {emnist: {split: letters, test: 20801}}"),
       "2:8: data[0].emnist: must have no more test examples than there are of its classes, got "
       "20801 of 20800"},
      {"classes_overdrawn",
       WithLine(2, "data: {cifar10: {train: 9001, validation: 1000, test: 2000}, classes: [3, 5]}"),
       "2:8: data[0].cifar10: must have no more training and validation examples than there are of "
       "its classes, got 10001 of 10000"},
      {"class_beyond_data", WithLine(2, "data: {digits: {}, classes: [0, 10]}"),
       "2:33: data[0].classes[1]: must be a class of the data set, got 10 of 10"},
      {"superclass_beyond_data",
       WithLine(2, "data: {cifar100: {labels: coarse, train: 100}, classes: [20]}"),
       "2:58: data[0].classes[0]: must be a class of the data set, got 20 of 20"},
      {"class_twice", WithLine(2, "data: {digits: {}, classes: [1, 1]}"),
       "2:33: data[0].classes[1]: must differ from those before it, got 1"},
      {"corruption_beyond_all", WithLine(2, "data: {digits: {}, corruption: 1.5}"),
       "2:32: data[0].corruption: must be in [0, 1], got 1.5"},
      {"corrupted_values", WithLine(2, "data: {csv: {folder: wine, train: 100}, corruption: 0.5}"),
       "2:53: data[0].corruption: needs data with classes, got csv"},
      {"classes_of_values",
       WithLine(2, "data: {points: {inputs: [0], targets: [1]}, classes: [0]}"),
       "2:54: data[0].classes: needs data with classes, got points"},
      {"augmented_points", WithLine(2, "data: {two_moons: {}, augmentation: {crop: 1}}"),
       "2:23: data[0].augmentation: needs data of pictures, got two_moons"},
      {"crop_beyond_pictures", WithLine(2, "data: {digits: {}, augmentation: {crop: 65}}"),
       "2:41: data[0].augmentation.crop: must be at most 64, got 65"},
      {"empty_normalization", WithLine(2, "data: {digits: {}, normalization: {}}"),
       "2:20: data[0].normalization: must have one of per_channel, global, none, given"},
      {"means_without_deviations",
       WithLine(2, "data: {digits: {}, normalization: {given: {mean: [0, 0], deviation: [1]}}}"),
       "2:69: data[0].normalization.given.deviation: must be as many as the means, got 1"},
      {"embedding_on_its_own_scale",
       WithLine(2, "data: {digits: {}, embedding: {parent: {job: 1}}}"),
       "2:1: data[0].normalization: must be none or given where there is an embedding, as for its "
       "network, got statistics of its own"},
      {"embedding_without_a_job",
       WithLine(2, "data: {digits: {}, normalization: {none: {}}, embedding: {}}"),
       "2:47: data[0].embedding.parent: must be given"},
      {"embedding_of_views",
       WithLine(2,
                "data: {digits: {}, normalization: {none: {}}, augmentation: {crop: 1}, embedding: "
                "{parent: {job: 1}}}"),
       "2:47: data[0].augmentation: needs data of pictures, got digits"},
      {"zero_deviation",
       WithLine(2, "data: {digits: {}, normalization: {given: {mean: [0], deviation: [0]}}}"),
       "2:67: data[0].normalization.given.deviation[0]: must be in (0, 1000000], got 0"},
      {"points_without_targets", WithLine(2, "data: {points: {inputs: [0, 1], targets: [1]}}"),
       "2:42: data[0].points.targets: must be as many as the inputs, got 1"},
      {"folder_above", WithLine(2, "data: {npy: {folder: .., train: 10}}"),
       "2:22: data[0].npy.folder: must begin with a letter or digit"},
      {"table_without_sizes", WithLine(2, "data: {csv: {folder: wine, class_count: 3}}"),
       "2:8: data[0].csv.train: must be given"},
      {"too_many_loading_threads", WithLine(1, "name: a\nresources: {loading_threads: 65}"),
       "2:30: resources.loading_threads: must be at most 64, got 65"},
      {"too_many_tests", WithLine(2, "data: {mnist: {test: 10001}}"),
       "2:22: data[0].mnist.test: must be at most 10000, got 10001"},
      {"two_unnamed_datasets", WithLine(2, "data: [{digits: {}}, {digits: {}}]"),
       "2:8: data[0].name: must be given when there are several"},
      {"two_datasets_of_one_name",
       WithLine(2, "data: [{name: a, digits: {}}, {name: a, digits: {}}]"),
       "2:38: data[1].name: must differ from those before it, got a"},
  };
}

}  // namespace geometer::contract
