#include "server/scheduling/scheduler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"

namespace geometer::server {
namespace {

v1::Worker Describe(const WorkerSession& session) {
  v1::Worker worker;
  worker.set_id(session.description.worker_id());
  worker.set_host(session.description.host());
  worker.set_slots(session.description.slots());
  *worker.mutable_devices() = session.description.devices();
  worker.set_version(session.description.version());
  *worker.mutable_connect_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(session.connect_time));
  return worker;
}

std::set<v1::Device> DevicesOf(const v1::RegisterRequest& description) {
  std::set<v1::Device> devices;
  for (int device : description.devices()) devices.insert(static_cast<v1::Device>(device));
  return devices;
}

}  // namespace

Scheduler::Scheduler(Options options)
    : options_(std::move(options)),
      workers_(options_.new_session),
      leases_(options_.lease_term),
      last_attempt_id_(options_.last_attempt_id) {}

absl::StatusOr<std::string> Scheduler::Register(const v1::RegisterRequest& description,
                                                absl::Time now) {
  MutexLock lock(mutex_);
  TakeBackOffersTo(description.worker_id());
  return workers_.Register(description, now);
}

absl::StatusOr<std::string> Scheduler::WorkerOf(const std::string& session) const {
  MutexLock lock(mutex_);
  const absl::StatusOr<const WorkerSession*> worker = workers_.Find(session);
  if (!worker.ok()) return worker.status();
  return (*worker)->description.worker_id();
}

absl::StatusOr<std::vector<LostAttempt>> Scheduler::Connect(const std::string& session,
                                                            const v1::HeldAttempts& held) {
  MutexLock lock(mutex_);
  const absl::StatusOr<const WorkerSession*> worker = workers_.Find(session);
  if (!worker.ok()) return worker.status();
  const std::string& worker_id = (*worker)->description.worker_id();
  const std::set<int64_t> kept(held.attempt_ids().begin(), held.attempt_ids().end());
  std::vector<LostAttempt> lost;
  for (const Lease& lease : leases_.All()) {
    if (lease.worker_id != worker_id || kept.contains(lease.attempt_id)) continue;
    lost.push_back({lease.attempt_id, lease.job_id, v1::FAILURE_REASON_LOST_WORKER});
    leases_.Release(lease.attempt_id);
  }
  workers_.SetConnected(session, true);
  return lost;
}

void Scheduler::Disconnect(const std::string& session) {
  MutexLock lock(mutex_);
  const absl::StatusOr<const WorkerSession*> worker = workers_.Find(session);
  if (!worker.ok()) return;
  TakeBackOffersTo((*worker)->description.worker_id());
  workers_.SetConnected(session, false);
}

std::vector<v1::Worker> Scheduler::ListWorkers() const {
  MutexLock lock(mutex_);
  const std::vector<Lease> leases = leases_.All();
  std::vector<v1::Worker> workers;
  for (const WorkerSession& session : workers_.Connected()) {
    workers.push_back(Describe(session));
    for (const Lease& lease : leases) {
      if (lease.worker_id == workers.back().id()) workers.back().add_job_ids(lease.job_id);
    }
  }
  return workers;
}

std::map<std::string, std::string> Scheduler::MetricsAddresses() const {
  MutexLock lock(mutex_);
  std::map<std::string, std::string> addresses;
  for (const WorkerSession& session : workers_.Connected()) {
    const v1::RegisterRequest& worker = session.description;
    if (!worker.metrics_address().empty()) addresses[worker.worker_id()] = worker.metrics_address();
  }
  return addresses;
}

void Scheduler::Enqueue(int64_t job_id, const Requirements& requirements) {
  MutexLock lock(mutex_);
  const bool offered = std::any_of(offers_.begin(), offers_.end(), [&](const auto& entry) {
    return entry.second.placement.job_id == job_id;
  });
  if (!offered && !leases_.FindByJob(job_id)) waiting_.Add(job_id, requirements);
}

void Scheduler::Remove(int64_t job_id) {
  MutexLock lock(mutex_);
  waiting_.Remove(job_id);
}

std::vector<Placement> Scheduler::Place(SteadyTime now) {
  MutexLock lock(mutex_);
  std::vector<Placement> placements;
  for (auto& [job_id, requirements, session] : waiting_.TakeMatches(Candidates())) {
    const std::string worker_id = (*workers_.Find(session))->description.worker_id();
    placements.push_back({++last_attempt_id_, job_id, session, worker_id});
    offers_[last_attempt_id_] = {placements.back(), requirements, now + options_.offer_term};
  }
  return placements;
}

std::vector<Candidate> Scheduler::Candidates() const {
  std::map<std::string, uint32_t> busy;  // slots by worker
  for (const Lease& lease : leases_.All()) ++busy[lease.worker_id];
  for (const auto& [attempt_id, offer] : offers_) ++busy[offer.placement.worker_id];
  std::vector<Candidate> candidates;
  for (const WorkerSession& session : workers_.Connected()) {
    if (declined_.contains(session.session)) continue;
    const v1::RegisterRequest& worker = session.description;
    const uint32_t taken = std::min(busy[worker.worker_id()], worker.slots());
    candidates.push_back({session.session, DevicesOf(worker),
                          worker.contract_digest() == options_.contract_digest,
                          worker.slots() - taken});
  }
  return candidates;
}

absl::StatusOr<Scheduler::Offered> Scheduler::TakeOffer(const std::string& session,
                                                        int64_t attempt_id) {
  const auto found = offers_.find(attempt_id);
  if (found == offers_.end() || found->second.placement.session != session) {
    return absl::FailedPreconditionError(
        absl::StrCat("attempt ", attempt_id, " is not offered to this session"));
  }
  Offered offer = std::move(found->second);
  offers_.erase(found);
  return offer;
}

void Scheduler::TakeBackOffers(const std::function<bool(const Offered&)>& selects) {
  for (auto offer = offers_.begin(); offer != offers_.end();) {
    if (!selects(offer->second)) {
      ++offer;
      continue;
    }
    waiting_.Add(offer->second.placement.job_id, offer->second.requirements);
    offer = offers_.erase(offer);
  }
}

void Scheduler::TakeBackOffersTo(const std::string& worker_id) {
  TakeBackOffers(
      [&worker_id](const Offered& offer) { return offer.placement.worker_id == worker_id; });
}

absl::StatusOr<Placement> Scheduler::Accept(const std::string& session,
                                            const v1::AcceptOffer& accept, SteadyTime now) {
  MutexLock lock(mutex_);
  const absl::StatusOr<const WorkerSession*> worker = workers_.Find(session);
  if (!worker.ok()) return worker.status();
  if (accept.slot() >= (*worker)->description.slots()) {
    return absl::InvalidArgumentError(
        absl::StrCat("slot ", accept.slot(), ": the worker has ", (*worker)->description.slots()));
  }
  const absl::StatusOr<Offered> offer = TakeOffer(session, accept.attempt_id());
  if (!offer.ok()) return offer.status();
  const Placement& placement = offer->placement;
  leases_.Grant({.attempt_id = placement.attempt_id,
                 .job_id = placement.job_id,
                 .worker_id = placement.worker_id,
                 .slot = accept.slot()},
                now);
  return placement;
}

absl::StatusOr<Placement> Scheduler::Decline(const std::string& session,
                                             const v1::DeclineOffer& decline) {
  MutexLock lock(mutex_);
  const absl::StatusOr<Offered> offer = TakeOffer(session, decline.attempt_id());
  if (!offer.ok()) return offer.status();
  waiting_.Add(offer->placement.job_id, offer->requirements);
  if (!decline.checkpoint_missing()) declined_.insert(session);
  return offer->placement;
}

void Scheduler::Withdraw(int64_t attempt_id) {
  MutexLock lock(mutex_);
  offers_.erase(attempt_id);
}

void Scheduler::Adopt(Lease lease, SteadyTime now) {
  MutexLock lock(mutex_);
  leases_.Grant(std::move(lease), now);
}

v1::Directive Scheduler::Renew(const std::string& worker_id, const v1::AttemptProgress& progress,
                               SteadyTime now) {
  MutexLock lock(mutex_);
  const v1::Directive directive = DirectiveFor(worker_id, progress.attempt_id());
  if (directive != v1::DIRECTIVE_ABANDON) {
    leases_.Progressed(progress.attempt_id(), progress.progress(), now);
  }
  return directive;
}

v1::Directive Scheduler::Renew(const std::string& worker_id, const v1::AttemptReceipt& receipt,
                               SteadyTime now) {
  MutexLock lock(mutex_);
  const v1::Directive directive = DirectiveFor(worker_id, receipt.attempt_id());
  if (directive != v1::DIRECTIVE_ABANDON) {
    leases_.Recorded(receipt.attempt_id(), receipt.durable_sequence(), now);
  }
  return directive;
}

v1::Directive Scheduler::DirectiveFor(const std::string& worker_id, int64_t attempt_id) const {
  const auto offer = offers_.find(attempt_id);
  if (offer != offers_.end() && offer->second.placement.worker_id == worker_id) {
    return v1::DIRECTIVE_UNSPECIFIED;
  }
  const std::optional<Lease> lease = leases_.Find(attempt_id);
  if (!lease || lease->worker_id != worker_id) return v1::DIRECTIVE_ABANDON;
  return lease->cancel_requested ? v1::DIRECTIVE_CANCEL : v1::DIRECTIVE_UNSPECIFIED;
}

void Scheduler::RequestCancel(int64_t job_id) {
  MutexLock lock(mutex_);
  leases_.RequestCancel(job_id);
}

void Scheduler::Release(int64_t attempt_id) {
  MutexLock lock(mutex_);
  leases_.Release(attempt_id);
}

std::optional<Lease> Scheduler::LeaseOfJob(int64_t job_id) const {
  MutexLock lock(mutex_);
  return leases_.FindByJob(job_id);
}

std::vector<Lease> Scheduler::AllLeases() const {
  MutexLock lock(mutex_);
  return leases_.All();
}

std::vector<LostAttempt> Scheduler::Sweep(SteadyTime now) {
  MutexLock lock(mutex_);
  declined_.clear();
  TakeBackOffers([now](const Offered& offer) { return offer.deadline <= now; });
  std::vector<LostAttempt> lost;
  for (const Lease& lease : leases_.TakeExpired(now)) {
    lost.push_back({lease.attempt_id, lease.job_id,
                    workers_.IsConnected(lease.worker_id) ? v1::FAILURE_REASON_HUNG
                                                          : v1::FAILURE_REASON_LOST_WORKER});
  }
  return lost;
}

}  // namespace geometer::server
