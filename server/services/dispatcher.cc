#include "server/services/dispatcher.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "proto/contract/names.h"
#include "server/storage/record_store.h"
#include "server/storage/transitions.h"

namespace geometer::server {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

Requirements RequirementsOf(const v1::JobSpec& spec) { return {spec.resources().device()}; }

LiveAttempt ToLive(const v1::Offer& offer, const std::string& worker_id, uint32_t slot) {
  return {offer.job_id(), offer.job_name(), worker_id, slot};
}

bool IsGone(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsFailedPrecondition(status);
}

}  // namespace

Dispatcher::Dispatcher(Parts parts, Clock clock, absl::Duration lease_term)
    : parts_(parts), clock_(std::move(clock)), lease_term_(lease_term) {}

absl::Status Dispatcher::Restore() {
  struct Unfinished {
    std::vector<QueuedJob> queued;
    std::vector<Adopted> running;
  };
  // The last server may have stopped between a parent's end and this.
  const auto moved = parts_.store.WriteAndWait<std::vector<v1::Job>>(
      [now = clock_.now()](Database& database) { return JobStore(database).Unblock(now); });
  if (!moved.ok()) return moved.status();
  const auto read = parts_.store.ReadAndWait<Unfinished>(
      [this](Database& database) -> absl::StatusOr<Unfinished> {
        JobStore jobs(database);
        RecordStore records(database, parts_.store.artifacts());
        Unfinished found{jobs.Queued(), {}};
        for (const RunningAttempt& attempt : jobs.Running()) {
          absl::StatusOr<v1::Job> job = jobs.Get(attempt.job_id);
          const auto sequence = records.DurableSequence(attempt.worker_id, attempt.attempt_id);
          if (!job.ok()) return job.status();
          if (!sequence.ok()) return sequence.status();
          found.running.push_back({attempt, *std::move(job), *sequence});
        }
        return found;
      });
  if (!read.ok()) return read.status();
  for (const Adopted& running : read->running) Adopt(running);
  for (const QueuedJob& job : read->queued) parts_.scheduler.Enqueue(job.job_id, {job.device});
  return absl::OkStatus();
}

void Dispatcher::Adopt(const Adopted& running) {
  const RunningAttempt& attempt = running.attempt;
  v1::Offer offer;
  offer.set_attempt_id(attempt.attempt_id);
  offer.set_job_id(attempt.job_id);
  offer.set_job_name(running.job.name());
  *offer.mutable_spec() = running.job.spec();
  LiveAttempt live = ToLive(offer, attempt.worker_id, attempt.slot);
  live.sequence = running.durable_sequence;
  parts_.live.Begin(attempt.attempt_id, std::move(live));
  parts_.scheduler.Adopt({.attempt_id = attempt.attempt_id,
                          .job_id = attempt.job_id,
                          .worker_id = attempt.worker_id,
                          .slot = attempt.slot,
                          .cancel_requested = attempt.cancel_requested,
                          .durable_sequence = running.durable_sequence},
                         clock_.steady());
  offers_.Put(offer);
}

void Dispatcher::Submitted(const v1::Job& job) {
  if (job.state() != v1::JOB_STATE_QUEUED) return;  // blocked, or a repeat of an older request
  Enqueue(job.id(), job.spec());
  Place();
}

void Dispatcher::Unblock() {
  parts_.store.Write<std::vector<v1::Job>>(
      [now = clock_.now()](Database& database) { return JobStore(database).Unblock(now); },
      [this](const absl::StatusOr<std::vector<v1::Job>>& moved) {
        if (!moved.ok()) {
          spdlog::error("jobs stay blocked: {}", moved.status().ToString());
          unblock_failed_ = true;
          return;
        }
        for (const v1::Job& job : *moved) {
          Submitted(job);
          parts_.audience.JobChanged(job.id());
        }
      });
}

void Dispatcher::Cancelled(const v1::Job& job) {
  parts_.scheduler.Remove(job.id());
  parts_.scheduler.RequestCancel(job.id());
  if (job.state() == v1::JOB_STATE_CANCELLED) {
    offers_.Take(job.id());
    Unblock();
  }
  parts_.audience.JobChanged(job.id());
  const std::optional<Lease> lease = parts_.scheduler.LeaseOfJob(job.id());
  if (!lease.has_value()) return;
  v1::AttemptReceipt receipt;
  receipt.set_attempt_id(lease->attempt_id);
  receipt.set_durable_sequence(lease->durable_sequence);
  receipt.set_directive(v1::DIRECTIVE_CANCEL);
  parts_.audience.Direct(lease->worker_id, receipt);
}

absl::Status Dispatcher::Connect(const std::string& session, const v1::HeldAttempts& held,
                                 std::shared_ptr<OfferSink> sink) {
  absl::StatusOr<std::vector<LostAttempt>> lost;
  {
    MutexLock lock(sinks_mutex_);
    parts_.scheduler.Disconnect(session);  // an older stream's offers
    lost = parts_.scheduler.Connect(session, held);
    if (!lost.ok()) return lost.status();
    std::swap(sinks_[session], sink);
  }
  if (sink != nullptr) sink->Replaced();
  FailAll(*lost);
  Place();
  return absl::OkStatus();
}

void Dispatcher::Disconnect(const std::string& session, const OfferSink* sink) {
  {
    MutexLock lock(sinks_mutex_);
    const auto found = sinks_.find(session);
    if (found == sinks_.end() || found->second.get() != sink) return;
    sinks_.erase(found);
    parts_.scheduler.Disconnect(session);
  }
  Place();
}

absl::Status Dispatcher::Accept(const std::string& session, const v1::AcceptOffer& accept) {
  const absl::StatusOr<Placement> placement =
      parts_.scheduler.Accept(session, accept, clock_.steady());
  if (!placement.ok()) return placement.status();
  const absl::StatusOr<v1::Offer> offer = offers_.Find(placement->job_id, placement->attempt_id);
  if (!offer.ok()) {
    parts_.scheduler.Release(placement->attempt_id);
    Place();
    return offer.status();
  }
  Begin(*offer, placement->worker_id, accept.slot());
  return absl::OkStatus();
}

void Dispatcher::Begin(const v1::Offer& offer, const std::string& worker_id, uint32_t slot) {
  parts_.store.Write<int64_t>(
      [=, now = clock_.now()](Database& database) -> absl::StatusOr<int64_t> {
        const absl::Status begun = JobStore(database).Begin(offer, worker_id, slot, now);
        if (!begun.ok()) return begun;
        return offer.attempt_id();
      },
      [=, this](const absl::StatusOr<int64_t>& begun) {
        if (!begun.ok()) return GiveBack(offer, worker_id, begun.status());
        parts_.live.Begin(offer.attempt_id(), ToLive(offer, worker_id, slot));
        parts_.audience.JobChanged(offer.job_id());
      });
}

// The store refused an accepted offer. The job waits for the next sweep, not to try in a tight
// circle.
void Dispatcher::GiveBack(const v1::Offer& offer, const std::string& worker_id,
                          const absl::Status& why) {
  spdlog::warn("job {}: attempt {} did not begin: {}", offer.job_id(), offer.attempt_id(),
               why.ToString());
  parts_.scheduler.Release(offer.attempt_id());
  Enqueue(offer.job_id(), offer.spec());
  v1::AttemptReceipt receipt;
  receipt.set_attempt_id(offer.attempt_id());
  receipt.set_directive(v1::DIRECTIVE_ABANDON);
  parts_.audience.Direct(worker_id, receipt);
}

absl::Status Dispatcher::Decline(const std::string& session, const v1::DeclineOffer& decline) {
  const absl::StatusOr<Placement> placement = parts_.scheduler.Decline(session, decline);
  if (!placement.ok()) return placement.status();
  if (!decline.checkpoint_missing()) {
    Place();
    return absl::OkStatus();
  }
  const absl::StatusOr<v1::Offer> offer = offers_.Find(placement->job_id, placement->attempt_id);
  if (!offer.ok()) return offer.status();
  parts_.store.Write<bool>(
      [offer = *offer](Database& database) {
        JobStore(database).ForgetCheckpoint(offer);
        return true;
      },
      [this](const absl::StatusOr<bool>&) { Place(); });
  return absl::OkStatus();
}

void Dispatcher::Ended(int64_t attempt_id, int64_t job_id, v1::JobState state) {
  parts_.live.End(attempt_id);
  parts_.scheduler.Release(attempt_id);
  const v1::Offer ended = offers_.Take(job_id);
  if (state == v1::JOB_STATE_QUEUED) Enqueue(job_id, ended.spec());
  parts_.audience.JobChanged(job_id);
  if (HasEnded(state)) Unblock();
  Place();
}

void Dispatcher::Fail(int64_t attempt_id, int64_t job_id, v1::FailureReason reason,
                      const std::string& message) {
  spdlog::warn("job {}: attempt {} failed ({}): {}", job_id, attempt_id, contract::EnumName(reason),
               message);
  v1::Finish finish;
  finish.set_outcome(v1::OUTCOME_FAILED);
  finish.set_reason(reason);
  finish.set_message(message);
  parts_.store.Write<v1::JobState>(
      [=, now = clock_.now()](Database& database) {
        return JobStore(database).Finish(attempt_id, finish, now);
      },
      [=, this](const absl::StatusOr<v1::JobState>& state) {
        if (state.ok()) return Ended(attempt_id, job_id, *state);
        spdlog::error("attempt {} could not be ended: {}", attempt_id, state.status().ToString());
        if (!IsGone(state.status())) KeepLease(attempt_id);
      });
}

// It still runs, as the store has it: its lease gets another term, and then the store another try.
void Dispatcher::KeepLease(int64_t attempt_id) {
  const std::optional<LiveAttempt> attempt = parts_.live.Find(attempt_id);
  if (!attempt.has_value()) return;
  parts_.scheduler.Adopt({.attempt_id = attempt_id,
                          .job_id = attempt->job_id,
                          .worker_id = attempt->worker_id,
                          .slot = attempt->slot,
                          .durable_sequence = attempt->sequence},
                         clock_.steady());
}

void Dispatcher::FailAll(const std::vector<LostAttempt>& lost) {
  for (const LostAttempt& attempt : lost) {
    Fail(attempt.attempt_id, attempt.job_id, attempt.reason,
         attempt.reason == v1::FAILURE_REASON_HUNG
             ? "the trainer made no progress for a lease term"
             : "the worker went away, or came back without this attempt");
  }
}

void Dispatcher::Sweep() {
  if (unblock_failed_.exchange(false)) Unblock();
  FailAll(parts_.scheduler.Sweep(clock_.steady()));
  Place();
}

void Dispatcher::Drain() { draining_ = true; }

void Dispatcher::Enqueue(int64_t job_id, const v1::JobSpec& spec) {
  parts_.scheduler.Enqueue(job_id, RequirementsOf(spec));
}

void Dispatcher::Place() {
  if (draining_) return;
  for (const Placement& placement : parts_.scheduler.Place(clock_.steady())) MakeOffer(placement);
}

// The store's refusal means that the job was cancelled meanwhile. After any other failure the offer
// runs out unanswered, and the sweep that ends it tries again.
void Dispatcher::MakeOffer(const Placement& placement) {
  parts_.store.Read<v1::Offer>(
      [=](Database& database) {
        return JobStore(database).MakeOffer(placement.attempt_id, placement.job_id,
                                            placement.worker_id);
      },
      [=, this](absl::StatusOr<v1::Offer> offer) {
        if (offer.ok()) return Send(placement, *std::move(offer));
        spdlog::info("job {} was not offered: {}", placement.job_id, offer.status().ToString());
        if (!IsGone(offer.status())) return;
        parts_.scheduler.Withdraw(placement.attempt_id);
        Place();
      });
}

void Dispatcher::Send(const Placement& placement, v1::Offer offer) {
  const int64_t term = absl::ToInt64Nanoseconds(lease_term_);
  offer.mutable_term()->set_seconds(term / kNanosPerSecond);
  offer.mutable_term()->set_nanos(static_cast<int32_t>(term % kNanosPerSecond));
  if (!offers_.Put(offer)) return;
  std::shared_ptr<OfferSink> sink;
  {
    MutexLock lock(sinks_mutex_);
    const auto found = sinks_.find(placement.session);
    if (found != sinks_.end()) sink = found->second;
  }
  if (sink != nullptr) sink->Offer(offer);
}

}  // namespace geometer::server
