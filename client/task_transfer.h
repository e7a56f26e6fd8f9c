#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "geometer/v1/dataset.pb.h"

namespace geometer::client {

// What a run knew of each task after each turn: A[k][j], of the task j after the k-th turn, and
// A[0][j] at the start.
struct TaskTransfer {
  struct Turn {
    std::string task;  // that it was on; empty at the start
    uint64_t step = 0;
    std::vector<double> values;  // of the tasks, in their order
  };
  std::vector<std::string> tasks;
  std::vector<Turn> turns;
  bool higher_is_better = true;  // of accuracies; of everything else less is

  // Of each task, positive where good, but for forgetting; absent where no turn tells.
  //   forgetting  the best after an earlier turn, less the last
  //   backward    the last, less that after its own first turn
  //   forward     that before its own first turn, less the start
  std::optional<double> Forgetting(size_t task) const;
  std::optional<double> Backward(size_t task) const;
  std::optional<double> Forward(size_t task) const;

 private:
  // Index of the task's own first turn.
  std::optional<size_t> FirstTurn(size_t task) const;
  double Gain(double from, double to) const { return higher_is_better ? to - from : from - to; }
};

struct TaskTransferQuery {
  int64_t job_id = 0;
  std::string probe = {};  // any when empty: the first that measured all tasks
  std::string quantity = "accuracy";
  v1::Split split = v1::SPLIT_UNSPECIFIED;  // any
};

// Reads it from what was measured last in each turn. FAILED_PRECONDITION where the job's tasks take
// no turns; NOT_FOUND where nothing of the kind was measured of every task.
absl::StatusOr<TaskTransfer> ReadTaskTransfer(const TaskTransferQuery& query, Connection& server);

}  // namespace geometer::client
