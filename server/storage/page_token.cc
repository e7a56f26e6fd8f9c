#include "server/storage/page_token.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/storage/text_rules.h"

namespace geometer::server {

std::string EncodePageToken(const PageEnd& end) {
  return absl::WebSafeBase64Escape(absl::StrCat(end.order, ":", end.job_id, ":", end.name));
}

absl::StatusOr<PageEnd> DecodePageToken(const std::string& token, v1::JobOrder order) {
  const absl::Status malformed = absl::InvalidArgumentError(
      "page_token: must be the next_page_token of a list in the same order");
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return malformed;
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(':', 2));
  PageEnd end{.order = order};
  if (parts.size() != 3 || parts[0] != absl::StrCat(order)) return malformed;
  if (!absl::SimpleAtoi(parts[1], &end.job_id) || end.job_id < 1) return malformed;
  end.name = parts[2];
  return CheckText("name", end.name, 256).ok() ? absl::StatusOr<PageEnd>(end) : malformed;
}

}  // namespace geometer::server
