#include "worker/agent/relay.h"

#include <utility>

#include "worker/agent/artifact.h"

namespace geometer::worker {

absl::Status AppendLines(std::vector<std::string> lines, Spool& spool) {
  v1::Record record;
  for (std::string& line : lines) record.mutable_log()->add_lines(std::move(line));
  return spool.Append(std::move(record));
}

absl::Status Relay(v1::TrainerReport report, const std::filesystem::path& directory, Spool& spool) {
  v1::Record record;
  switch (report.report_case()) {
    case v1::TrainerReport::kPoints:
      record.mutable_points()->Swap(report.mutable_points());
      return spool.Append(std::move(record));
    case v1::TrainerReport::kCheckpoint:
      record.mutable_checkpoint()->Swap(report.mutable_checkpoint());
      return spool.Append(std::move(record));
    case v1::TrainerReport::kArtifact:
      return SpoolArtifact(directory, report.artifact().name(), spool);
    case v1::TrainerReport::kStarted:
      if (!report.started().inexact()) return absl::OkStatus();
      return AppendLines({"resumed in another numeric environment: bits may differ"}, spool);
    case v1::TrainerReport::kReady:
    case v1::TrainerReport::kProgress:
    case v1::TrainerReport::kFinish:
    case v1::TrainerReport::REPORT_NOT_SET:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace geometer::worker
