#include <string>
#include <vector>

#include "tests/proto/contract/malformed_jobs.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {

std::vector<MalformedJob> BrokenTasks() {
  // A job of line 7 with the data set "digits" and these tasks.
  const auto tasks = [](const std::string& list, const std::string& order = "sequential") {
    return WithLine(6,
                    ValidLine(6) + "\n  multitask: {order: " + order + ", tasks: [" + list + "]}");
  };
  const std::string function =
      "name: a\ndata: {function: {train: 100}}\nlearner:\n  model: {mlp: "
      "{}}\n  objective: {mean_squared_error: {}}\n  optimizer: {sgd: "
      "{learning_rate: 1}}\n  multitask: {tasks: [";
  return {
      {"no_tasks", WithLine(6, ValidLine(6) + "\n  multitask: {}"),
       "7:3: learners[0].multitask.tasks: must be given"},
      {"nameless_task", tasks("{classes: [1]}"),
       "7:42: learners[0].multitask.tasks[0].name: must be given"},
      {"task_twice", tasks("{name: a}, {name: a}"),
       "7:60: learners[0].multitask.tasks[1].name: must differ from those before it, got a"},
      {"task_on_unknown_data", tasks("{name: a, data: mnist}"),
       "7:58: learners[0].multitask.tasks[0].data: must name a data set of the job, got mnist"},
      {"unused_data", WithLine(2, "data: [{name: a, digits: {}}, {name: b, digits: {}}]"),
       "2:31: data[1]: must be used by a task or a probe, got b"},
      {"tasks_class_beyond_data", tasks("{name: a, classes: [3, 10]}"),
       "7:65: learners[0].multitask.tasks[0].classes[1]: must be a class of the data set, got 10 "
       "of "
       "10"},
      {"tasks_class_twice", tasks("{name: a, classes: [3, 3]}"),
       "7:65: learners[0].multitask.tasks[0].classes[1]: must differ from those before it, got 3"},
      {"weightless_task", tasks("{name: a, weight: 0}"),
       "7:60: learners[0].multitask.tasks[0].weight: must be in (0, 1000000], got 0"},
      {"turn_of_simultaneous_tasks", tasks("{name: a, turn: 2}, {name: b}", "simultaneous"),
       "7:60: learners[0].multitask.tasks[0].turn: needs several tasks in an order where they take "
       "turns, got 2 with order simultaneous of 2 tasks"},
      {"switches_without_tasks", WithLine(7, "probes: [{loss: {}, every: {task_switch: {}}}]"),
       "7:29: probes[0].every.task_switch: needs several tasks in an order where they take turns"},
      {"unchanged_inputs", tasks("{name: a, inputs: {}}"),
       "7:52: learners[0].multitask.tasks[0].inputs: must have one of permuted, rotated"},
      {"rotation_by_nothing", tasks("{name: a, inputs: {rotated: {}}}"),
       "7:61: learners[0].multitask.tasks[0].inputs.rotated.degrees: must be given"},
      {"rotated_function",
       function + "{name: a, inputs: {rotated: {degrees: 1}}}]}\nstop: {steps: 1}\n",
       "7:42: learners[0].multitask.tasks[0].inputs.rotated: needs data of pictures, got function"},
      {"classes_of_a_functions_task", function + "{name: a, classes: [0]}]}\nstop: {steps: 1}\n",
       "7:42: learners[0].multitask.tasks[0].classes: needs data with classes, got function"},
      {"label_loss_of_a_functions_task",
       function + "{name: a, objective: {hinge: {}}}]}\nstop: {steps: 1}\n",
       "7:45: learners[0].multitask.tasks[0].objective.hinge: needs data with classes, got "
       "function"},
      {"permuted_pictures_that_move",
       "name: a\ndata: {digits: {}, augmentation: {crop: 1}}\nlearner:\n" + ValidLine(4) + "\n" +
           ValidLine(5) + "\n" + ValidLine(6) +
           "\n  multitask: {tasks: [{name: a, inputs: {permuted: {}}}]}\nstop: {steps: 1}\n",
       "7:42: learners[0].multitask.tasks[0].inputs.permuted: needs data without augmentation, "
       "which "
       "shifts pictures, got augmentation"},
      {"different_outputs",
       "name: a\ndata: [{name: a, digits: {}}, {name: b, two_moons: {}}]\nlearner:\n" +
           ValidLine(4) + "\n" + ValidLine(5) + "\n" + ValidLine(6) +
           "\n  multitask: {tasks: [{name: a}, {name: b, data: b, own_head: false}]}\nstop: "
           "{steps: 1}\n",
       "7:63: learners[0].multitask.tasks[1].own_head: must be true where the tasks have different "
       "numbers of classes, got false with 2 classes after 10"},
      {"conflict_of_one_task",
       WithLine(6, ValidLine(6) + "\n  regularizers: [{conflict: {}, weight: 1}]"),
       "7:19: learners[0].regularizers[0].conflict: needs several tasks in each update"},
      {"combination_of_turns",
       WithLine(6, ValidLine(6) +
                       "\n  multitask: {order: random, combination: {pcgrad: {}}, tasks: "
                       "[{name: a}, {name: b}]}"),
       "7:30: learners[0].multitask.combination: needs several tasks in each update"},
      {"corrected_momentum",
       WithLine(6,
                "  optimizer: {sgd: {learning_rate: 1, momentum: 0.5}}\n  multitask: {order: "
                "sequential, "
                "bracket_correction: true, tasks: [{name: a}, {name: b}]}"),
       "7:54: learners[0].multitask.bracket_correction: needs sequential turns, sgd alone (no "
       "momentum, decay or clipping) and a rate that no loss decides, got momentum 0.5"},
      {"corrected_decay",
       WithLine(6,
                "  optimizer: {sgd: {learning_rate: 1, weight_decay: 0.1}}\n  multitask: {order: "
                "sequential, bracket_correction: true, tasks: [{name: a}, {name: b}]}"),
       "7:54: learners[0].multitask.bracket_correction: needs sequential turns, sgd alone (no "
       "momentum, decay or clipping) and a rate that no loss decides, got weight_decay 0.1"},
      {"corrected_rate_of_the_loss",
       WithLine(6, ValidLine(6) + "\n  schedule: {polyak: {}}\n  multitask: {order: sequential, "
                                  "bracket_correction: true, tasks: [{name: a}, {name: b}]}"),
       "8:54: learners[0].multitask.bracket_correction: needs sequential turns, sgd alone (no "
       "momentum, decay or clipping) and a rate that no loss decides, got schedule polyak"},
      {"corrected_palindrome",
       WithLine(6, ValidLine(6) +
                       "\n  multitask: {order: palindromic, bracket_correction: true, tasks: "
                       "[{name: a}, {name: b}]}"),
       "7:55: learners[0].multitask.bracket_correction: needs sequential turns, sgd alone (no "
       "momentum, decay or clipping) and a rate that no loss decides, got order palindromic"},
      {"radius_of_all",
       WithLine(6, ValidLine(6) +
                       "\n  multitask: {combination: {cagrad: {radius: 1}}, tasks: [{name: "
                       "a}, {name: b}]}"),
       "7:46: learners[0].multitask.combination.cagrad.radius: must be in [0, 1), got 1"},
      {"rate_of_a_combination",
       WithLine(6, ValidLine(6) +
                       "\n  schedule: {polyak: {}}\n  multitask: {combination: {pcgrad: {}}, "
                       "tasks: [{name: a}, {name: b}]}"),
       "7:14: learners[0].schedule.polyak: needs the sum of the tasks' gradients, got combination "
       "pcgrad"},
      {"bounds_of_a_head",
       "name: a\ndata: {digits: {}}\nlearner:\n" + ValidLine(4) + "\n" + ValidLine(5) + "\n" +
           ValidLine(6) +
           "\n  multitask: {tasks: [{name: a, own_head: true}]}\nprobes: [{complexity_bounds: {}, "
           "every: "
           "{steps: 5}}]\nstop: {steps: 1}\n",
       "8:11: probes[0].complexity_bounds: needs tasks that share all outputs, got own_head"},
  };
}

}  // namespace geometer::contract
