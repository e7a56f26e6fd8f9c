#include "server/services/submission.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/contract/defaults.h"
#include "proto/contract/digest.h"
#include "proto/contract/validate.h"

namespace geometer::server {
namespace {

using Violations = std::vector<contract::Violation>;

constexpr size_t kMaxRequestId = 128;
constexpr size_t kMaxOwner = 128;
constexpr size_t kMaxTag = 64;
constexpr int kMaxTags = 32;
constexpr size_t kShown = 40;

void CheckLength(const std::string& path, const std::string& text, size_t min, size_t max,
                 Violations& violations) {
  if (text.size() >= min && text.size() <= max) return;
  violations.push_back(
      {path, absl::StrCat("must have ", min, " to ", max, " bytes"),
       absl::StrCat(text.size(), " bytes (\"", absl::CHexEscape(text.substr(0, kShown)), "\")")});
}

void CheckRequest(const v1::SubmitJobRequest& request, Violations& violations) {
  CheckLength("request_id", request.request_id(), 1, kMaxRequestId, violations);
  CheckLength("owner", request.owner(), 0, kMaxOwner, violations);
  if (request.tags_size() > kMaxTags) {
    violations.push_back({"tags", absl::StrCat("must have at most ", kMaxTags, " elements"),
                          absl::StrCat(request.tags_size())});
    return;
  }
  for (int i = 0; i < request.tags_size(); ++i) {
    CheckLength(absl::StrCat("tags[", i, "]"), request.tags(i), 1, kMaxTag, violations);
  }
}

}  // namespace

absl::StatusOr<Submission> ToSubmission(const v1::SubmitJobRequest& request) {
  Violations violations = contract::Validate(request.spec());
  CheckRequest(request, violations);
  if (!violations.empty()) return contract::ToStatus(violations);
  return Submission{contract::WithDefaults(request.spec()),
                    contract::SpecDigest(request.spec()),
                    request.request_id(),
                    request.owner(),
                    {request.tags().begin(), request.tags().end()}};
}

}  // namespace geometer::server
