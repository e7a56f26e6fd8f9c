#include "worker/trainer/parent.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/file_digest.h"
#include "proto/contract/weights_file.h"

namespace geometer::trainer {

absl::StatusOr<std::filesystem::path> FindWeights(const v1::Parent& parent,
                                                  const std::filesystem::path& data_sets) {
  const std::string whose = absl::StrCat("the weights of job ", parent.job());
  if (parent.sha256().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "weights.parent.sha256: must be given where no server is asked, as in job.yaml of a "
        "submitted job (`geometer artifacts get`), got none for ",
        whose));
  }
  const std::filesystem::path file = data_sets / contract::kParentsFolder / parent.sha256();
  if (!std::filesystem::is_regular_file(file)) {
    return absl::NotFoundError(absl::StrCat(file.native(), " is missing: put ", whose, " there"));
  }
  const absl::StatusOr<std::string> digest = contract::Sha256OfFile(file);
  if (!digest.ok()) return digest.status();
  if (*digest == parent.sha256()) return file;
  return absl::DataLossError(
      absl::StrCat(file.native(), ": expected ", whose, ", got bytes of SHA-256 ", *digest,
                   "; remove it and submit the job again: its worker then fetches the file anew"));
}

absl::Status NotFitting(const v1::Parent& parent, const absl::Status& problem) {
  return absl::Status(problem.code(),
                      absl::StrCat("the weights of job ", parent.job(),
                                   " must fit the network and its inputs: ", problem.message()));
}

}  // namespace geometer::trainer
