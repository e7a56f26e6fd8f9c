#include "server/services/offer_table.h"

#include "absl/strings/str_cat.h"

namespace geometer::server {

bool OfferTable::Put(const v1::Offer& offer) {
  MutexLock lock(mutex_);
  v1::Offer& newest = by_job_[offer.job_id()];
  if (newest.attempt_id() > offer.attempt_id()) return false;
  newest = offer;
  return true;
}

absl::StatusOr<v1::Offer> OfferTable::Find(int64_t job_id, int64_t attempt_id) const {
  MutexLock lock(mutex_);
  const auto found = by_job_.find(job_id);
  if (found != by_job_.end() && found->second.attempt_id() == attempt_id) return found->second;
  return absl::FailedPreconditionError(
      absl::StrCat("attempt ", attempt_id, " is not on offer: its job was cancelled or moved on"));
}

v1::Offer OfferTable::Take(int64_t job_id) {
  MutexLock lock(mutex_);
  const auto node = by_job_.extract(job_id);
  return node.empty() ? v1::Offer() : node.mapped();
}

}  // namespace geometer::server
