#include "worker/trainer/job_file.h"

#include <utility>

#include "proto/contract/defaults.h"
#include "proto/contract/override.h"
#include "proto/contract/validate.h"
#include "proto/contract/yaml.h"
#include "worker/trainer/files.h"

namespace geometer::trainer {
namespace {

constexpr size_t kMaxBytes = 1 << 20;

}  // namespace

absl::StatusOr<v1::JobSpec> ReadJob(const std::filesystem::path& path,
                                    const std::vector<std::string>& overrides) {
  const auto text = ReadFile(path, kMaxBytes);
  if (!text.ok()) return text.status();
  auto spec = contract::ParseJob(*text, path.native());
  if (!spec.ok()) return spec.status();
  for (const std::string& assignment : overrides) {
    const absl::Status status = contract::Override(*spec, assignment);
    if (!status.ok()) return status;
  }
  const std::vector<contract::Violation> violations = contract::Validate(*spec);
  // A place in the file is no help where the command line changed the value.
  const absl::Status status = overrides.empty()
                                  ? contract::AtSource(violations, *text, path.native())
                                  : contract::ToStatus(violations);
  if (!status.ok()) return status;
  return contract::WithDefaults(*std::move(spec));
}

}  // namespace geometer::trainer
