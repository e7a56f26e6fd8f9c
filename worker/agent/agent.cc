#include "worker/agent/agent.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "proto/contract/validate.h"
#include "proto/contract/weights_file.h"
#include "worker/agent/finish.h"

namespace geometer::worker {
namespace {

constexpr std::chrono::seconds kBeatInterval(1);

v1::LeaseRequest Declined(const v1::Offer& offer, bool checkpoint_missing) {
  v1::LeaseRequest answer;
  answer.mutable_decline()->set_attempt_id(offer.attempt_id());
  answer.mutable_decline()->set_checkpoint_missing(checkpoint_missing);
  return answer;
}

v1::LeaseRequest Accepted(const v1::Offer& offer, uint32_t slot) {
  v1::LeaseRequest answer;
  answer.mutable_accept()->set_attempt_id(offer.attempt_id());
  answer.mutable_accept()->set_slot(slot);
  return answer;
}

v1::Record ToRecord(const v1::Finish& finish) {
  v1::Record record;
  *record.mutable_finish() = finish;
  return record;
}

v1::Finish Refused(const absl::Status& why) {
  return Failed(v1::FAILURE_REASON_SPEC_REFUSED, std::string(why.message()));
}

// The end of an attempt whose parent's weights can't be had.
v1::Finish Unfetched(const absl::Status& why) {
  const v1::FailureReason reason = absl::IsNotFound(why)   ? v1::FAILURE_REASON_MISSING_DATA
                                   : absl::IsDataLoss(why) ? v1::FAILURE_REASON_BAD_DATA
                                                           : v1::FAILURE_REASON_INTERNAL;
  return Failed(reason, std::string(why.message()));
}

}  // namespace

Agent::Agent(AgentOptions options, const DataFolder& folder,
             const std::shared_ptr<grpc::Channel>& channel, Metrics& metrics)
    : options_(std::move(options)),
      artifacts_(options_.data_sets / contract::kParentsFolder),
      metrics_(metrics),
      folder_(folder),
      outbox_(folder),
      results_(v1::ResultService::NewStub(channel)),
      session_(executor_, channel, options_.description, outbox_,
               {.offered = [this](const v1::Offer& offer) { return OnOffer(offer); },
                .directed = [this](const v1::AttemptReceipt& receipt) { OnReceipt(receipt); },
                .established = [this] { Advance(); },
                .refused = [this](const absl::Status& status) { End(status); }}) {
  const SlotEvents events = {
      .changed = [this] { OnChanged(); },
      .replacing = [this](Replacement reason) { metrics_.CountReplacement(reason); }};
  for (uint32_t i = 0; i < options_.description.slots(); ++i) {
    SlotOptions slot = options_.slot;
    slot.index = i;
    slots_.push_back(std::make_unique<Slot>(std::move(slot), events, executor_));
  }
}

absl::Status Agent::Run() {
  RemoveAbandonedParts(artifacts_);
  outbox_.Recover();
  session_.Begin();
  Tick();
  executor_.Run();
  return end_;
}

void Agent::End(const absl::Status& status) {
  end_ = status;
  executor_.Stop();
}

// Once a second.
void Agent::Tick() {
  std::vector<v1::AttemptProgress> progress;
  const auto now = std::chrono::steady_clock::now();
  for (const auto& slot : slots_) {
    slot->CheckForHang(now);
    if (auto moved = slot->progress(now)) progress.push_back(*std::move(moved));
  }
  // A long fetch keeps its lease, while bytes come.
  for (const auto& [attempt_id, waiting] : waiting_) {
    if (now - waiting.fetch->heard() > options_.slot.hang_timeout) continue;
    v1::AttemptProgress& one = progress.emplace_back();
    one.set_attempt_id(attempt_id);
    const std::chrono::duration<double> elapsed = now - waiting.began;
    one.mutable_progress()->set_elapsed_seconds(elapsed.count());
  }
  session_.Beat(progress);
  metrics_.SetSpoolBytes(static_cast<double>(outbox_.bytes()));
  executor_.PostAfter(kBeatInterval, [this] { Tick(); });
}

// Called from any thread. Many changes before the executor gets to them are one.
void Agent::OnChanged() {
  if (change_posted_.exchange(true)) return;
  executor_.Post([this] {
    change_posted_ = false;
    session_.Flush();
    Advance();
  });
}

void Agent::OnReceipt(const v1::AttemptReceipt& receipt) {
  if (receipt.directive() != v1::DIRECTIVE_UNSPECIFIED) {
    for (const auto& slot : slots_) slot->Obey(receipt.attempt_id(), receipt.directive());
    const auto waiting = waiting_.find(receipt.attempt_id());
    if (waiting != waiting_.end() && receipt.directive() != v1::DIRECTIVE_CHECKPOINT) {
      waiting->second.directive = receipt.directive();
      waiting->second.fetch->Cancel();
    }
  }
  Advance();
}

// Becomes ready, or leaves, as soon as nothing is in the way.
void Agent::Advance() {
  const auto ready = [](const auto& slot) { return slot->ready(); };
  if (!announced_ && session_.established() && std::ranges::all_of(slots_, ready)) {
    announced_ = true;
    options_.on_ready();
  }
  if (leaving_ && outbox_.empty()) End(absl::OkStatus());
}

bool Agent::IsFree(const Slot& slot) const {
  return slot.free() && std::ranges::none_of(waiting_, [&](const auto& entry) {
           return &entry.second.slot == &slot;
         });
}

v1::LeaseRequest Agent::OnOffer(const v1::Offer& offer) {
  const auto slot =
      std::ranges::find_if(slots_, [this](const auto& slot) { return IsFree(*slot); });
  if (slot == slots_.end()) return Declined(offer, /*checkpoint_missing=*/false);
  if (!offer.resume_path().empty() && !folder_.HoldsCheckpoint(offer.resume_path())) {
    return Declined(offer, /*checkpoint_missing=*/true);
  }
  if (const absl::Status taken = Accept(offer, **slot); !taken.ok()) {
    spdlog::error("attempt {}: {}", offer.attempt_id(), taken.ToString());
    return Declined(offer, /*checkpoint_missing=*/false);
  }
  return Accepted(offer, slot - slots_.begin());
}

absl::Status Agent::Accept(const v1::Offer& offer, Slot& slot) {
  auto attempt = outbox_.Add(offer.job_id(), offer.attempt_id());
  if (!attempt.ok()) return attempt.status();
  const absl::Status valid = contract::ToStatus(contract::Validate(offer.spec()));
  if (!valid.ok()) {
    OnChanged();
    return attempt->spool->Append(ToRecord(Refused(valid)));
  }
  v1::StartAttempt start;
  *start.mutable_spec() = offer.spec();
  start.set_directory(attempt->folder.path.native());
  start.set_resume_path(offer.resume_path());
  start.set_data_directory(options_.data_sets.native());
  if (FindMissingParent(offer.spec(), artifacts_) == nullptr) {
    slot.Start(std::move(start), std::move(attempt->spool));
    return absl::OkStatus();
  }
  waiting_.emplace(offer.attempt_id(), Waiting{std::move(start), std::move(attempt->spool), slot,
                                               std::chrono::steady_clock::now()});
  FetchNext(offer.attempt_id());
  return absl::OkStatus();
}

void Agent::FetchNext(int64_t attempt_id) {
  Waiting& waiting = waiting_.at(attempt_id);
  const v1::Parent* parent = FindMissingParent(waiting.start.spec(), artifacts_);
  if (parent == nullptr || leaving_ || waiting.directive != v1::DIRECTIVE_UNSPECIFIED) {
    return EndWait(attempt_id, absl::OkStatus());
  }
  // Posted: what calls is the fetch that the next one replaces.
  const auto fetched = [this, attempt_id](const absl::Status& status) {
    executor_.Post([this, attempt_id, status] {
      status.ok() ? FetchNext(attempt_id) : EndWait(attempt_id, status);
    });
  };
  waiting.fetch = std::make_unique<ParentFetch>(executor_, *results_, *parent, artifacts_, fetched);
  waiting.fetch->Begin();
}

// The attempt starts, or ends unbegun.
void Agent::EndWait(int64_t attempt_id, const absl::Status& status) {
  Waiting waiting = std::move(waiting_.extract(attempt_id).mapped());
  if (waiting.directive == v1::DIRECTIVE_ABANDON) return;  // the outbox has dropped it
  v1::Finish end;
  if (leaving_) {
    end = Preempted();
  } else if (waiting.directive == v1::DIRECTIVE_CANCEL) {
    end = CancelledUnbegun();
  } else if (!status.ok()) {
    end = Unfetched(status);
  } else {
    return waiting.slot.Start(std::move(waiting.start), std::move(waiting.spool));
  }
  if (const absl::Status kept = waiting.spool->Append(ToRecord(end)); !kept.ok()) {
    spdlog::error("attempt {}: {}", attempt_id, kept.ToString());
  }
  OnChanged();
}

void Agent::Drain() {
  executor_.Post([this] { Leave(); });
}

void Agent::Leave() {
  leaving_ = true;
  for (const auto& slot : slots_) slot->Preempt();
  for (auto& [attempt_id, waiting] : waiting_) waiting.fetch->Cancel();
  executor_.PostAfter(options_.stop_after, [this] {
    for (const auto& slot : slots_) slot->Stop();
  });
  executor_.PostAfter(options_.leave_after, [this] { End(absl::OkStatus()); });
  Advance();
}

}  // namespace geometer::worker
