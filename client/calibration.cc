#include "client/calibration.h"

#include <google/protobuf/util/json_util.h>
#include <sys/wait.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "client/child_process.h"
#include "client/command_line.h"
#include "proto/contract/yaml.h"

namespace geometer::client {
namespace {

constexpr char kTrainer[] = "geometer-trainer";

absl::Status Failure(const ProgramOutput& output) {
  const bool exited = WIFEXITED(output.wait_status);
  if (exited && WEXITSTATUS(output.wait_status) == kExitUsage) {
    return absl::InvalidArgumentError(output.err);
  }
  if (exited && !output.err.empty()) return absl::FailedPreconditionError(output.err);
  return absl::FailedPreconditionError(
      absl::StrCat(output.err, kTrainer, " has ended (", WaitStatusText(output.wait_status), ")"));
}

}  // namespace

absl::StatusOr<v1::CostEstimate> Calibrate(const v1::JobSpec& spec,
                                           const std::filesystem::path& programs) {
  const auto output =
      RunProgram({programs / kTrainer, "cost", "/dev/stdin"}, contract::FormatJob(spec));
  if (!output.ok()) return output.status();
  if (output->wait_status != 0) return Failure(*output);
  v1::CostEstimate estimate;
  if (google::protobuf::util::JsonStringToMessage(output->out, &estimate).ok()) return estimate;
  return absl::InternalError(
      absl::StrCat(kTrainer, " printed no estimate: is it of this release?"));
}

}  // namespace geometer::client
