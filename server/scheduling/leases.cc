#include "server/scheduling/leases.h"

#include <utility>

namespace geometer::server {

void Leases::Grant(Lease lease, SteadyTime now) {
  const int64_t attempt_id = lease.attempt_id;
  entries_.insert_or_assign(attempt_id, Entry{std::move(lease), now + term_});
}

bool Leases::Progressed(int64_t attempt_id, const v1::Progress& progress, SteadyTime now) {
  const auto found = entries_.find(attempt_id);
  if (found == entries_.end()) return false;
  auto& [lease, deadline] = found->second;
  const bool moved = progress.step() > lease.progress.step() ||
                     progress.elapsed_seconds() > lease.progress.elapsed_seconds();
  if (moved) deadline = now + term_;
  lease.progress = progress;
  return true;
}

bool Leases::Recorded(int64_t attempt_id, uint64_t durable_sequence, SteadyTime now) {
  const auto found = entries_.find(attempt_id);
  if (found == entries_.end()) return false;
  auto& [lease, deadline] = found->second;
  if (durable_sequence > lease.durable_sequence) {
    lease.durable_sequence = durable_sequence;
    deadline = now + term_;
  }
  return true;
}

void Leases::RequestCancel(int64_t job_id) {
  for (auto& [attempt_id, entry] : entries_) {
    if (entry.lease.job_id == job_id) entry.lease.cancel_requested = true;
  }
}

std::optional<Lease> Leases::Find(int64_t attempt_id) const {
  const auto found = entries_.find(attempt_id);
  return found == entries_.end() ? std::nullopt : std::optional(found->second.lease);
}

std::optional<Lease> Leases::FindByJob(int64_t job_id) const {
  for (const auto& [attempt_id, entry] : entries_) {
    if (entry.lease.job_id == job_id) return entry.lease;
  }
  return std::nullopt;
}

std::vector<Lease> Leases::All() const {
  std::vector<Lease> all;
  for (const auto& [attempt_id, entry] : entries_) all.push_back(entry.lease);
  return all;
}

std::vector<Lease> Leases::TakeExpired(SteadyTime now) {
  std::vector<Lease> expired;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->second.deadline > now) {
      ++entry;
      continue;
    }
    expired.push_back(std::move(entry->second.lease));
    entry = entries_.erase(entry);
  }
  return expired;
}

}  // namespace geometer::server
