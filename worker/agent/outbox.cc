#include "worker/agent/outbox.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/agent/finish.h"

namespace geometer::worker {
namespace {

// An attempt with much to send lets the others into the same request.
constexpr Spool::Limits kPerAttempt = {.bytes = 1 << 20, .records = 250};
constexpr Spool::Limits kPerRequest = {.bytes = 4 << 20, .records = 750};

bool Full(const v1::ReportRequest& request) {
  return request.ByteSizeLong() >= kPerRequest.bytes ||
         static_cast<size_t>(request.records_size()) >= kPerRequest.records;
}

v1::Record WorkerEnded() {
  v1::Record record;
  *record.mutable_finish() = Failed(
      v1::FAILURE_REASON_CRASHED, "the worker ended while the attempt ran, and was started again");
  return record;
}

}  // namespace

void Outbox::Recover() {
  for (AttemptFolder& folder : folder_.Unfinished()) {
    auto spool = Spool::Open(folder.spool(), folder.attempt_id);
    if (!spool.ok()) {
      spdlog::error("attempt {} is given up: {}", folder.attempt_id, spool.status().ToString());
      continue;
    }
    const int64_t id = folder.attempt_id;
    held_[id] = {std::move(folder), *std::move(spool), /*recovered=*/true, std::nullopt, false};
  }
}

bool Outbox::recovered() const {
  return std::ranges::none_of(held_, [](const auto& entry) { return entry.second.recovered; });
}

absl::StatusOr<Outbox::NewAttempt> Outbox::Add(int64_t job_id, int64_t attempt_id) {
  if (held_.contains(attempt_id)) {
    return absl::AlreadyExistsError(absl::StrCat("attempt ", attempt_id, " is held already"));
  }
  const absl::StatusOr<AttemptFolder> folder = folder_.Create(job_id, attempt_id);
  if (!folder.ok()) return folder.status();
  const auto spool = Spool::Open(folder->spool(), attempt_id);
  if (!spool.ok()) return spool.status();
  held_[attempt_id] = {*folder, *spool, /*recovered=*/false, /*sent=*/0, /*asked=*/false};
  return NewAttempt{*folder, *spool};
}

std::vector<int64_t> Outbox::attempt_ids() const {
  std::vector<int64_t> ids;
  for (const auto& [id, held] : held_) ids.push_back(id);
  return ids;
}

bool Outbox::answered(int64_t attempt_id) const {
  const auto found = held_.find(attempt_id);
  return found != held_.end() && found->second.sent;
}

uint64_t Outbox::bytes() const {
  uint64_t bytes = 0;
  for (const auto& [id, held] : held_) bytes += held.spool->bytes();
  return bytes;
}

void Outbox::Reconnect() {
  for (auto& [id, held] : held_) {
    held.sent.reset();
    held.asked = false;
  }
}

std::optional<v1::ReportRequest> Outbox::Next() {
  v1::ReportRequest request;
  for (auto& [id, held] : held_) {
    if (!held.sent && !std::exchange(held.asked, true)) request.add_attach(id);
  }
  auto next = held_.upper_bound(last_filled_);
  for (size_t i = 0; i < held_.size() && !Full(request); ++i) {
    if (next == held_.end()) next = held_.begin();
    last_filled_ = next->first;
    Fill(next->second, request);
    ++next;
  }
  if (request.records().empty() && request.attach().empty()) return std::nullopt;
  return request;
}

void Outbox::Fill(Held& held, v1::ReportRequest& request) {
  if (!held.sent || held.spool->last_sequence() <= *held.sent) return;
  auto records = held.spool->ReadAfter(*held.sent, kPerAttempt);
  if (!records.ok()) {
    spdlog::error("attempt {}: {}", held.folder.attempt_id, records.status().ToString());
    return;
  }
  for (v1::Record& record : *records) {
    held.sent = record.sequence();
    *request.add_records() = std::move(record);
  }
}

bool Outbox::Settled(const Held& held, uint64_t durable_sequence) const {
  return held.spool->finish() && durable_sequence >= held.spool->last_sequence();
}

void Outbox::Acknowledge(const v1::AttemptReceipt& receipt) {
  const auto found = held_.find(receipt.attempt_id());
  if (found == held_.end()) return;
  Held& held = found->second;
  if (receipt.directive() == v1::DIRECTIVE_ABANDON) {
    folder_.Drop(held.folder);
    held_.erase(found);
    return;
  }
  if (!held.sent) held.sent = receipt.durable_sequence();
  if (held.recovered && !held.spool->finish()) {
    held.spool->SkipTo(receipt.durable_sequence());
    const absl::Status ended = held.spool->Append(WorkerEnded());
    if (!ended.ok()) spdlog::error("attempt {}: {}", receipt.attempt_id(), ended.ToString());
  }
  if (!Settled(held, receipt.durable_sequence())) return;
  folder_.Settle(held.folder, *held.spool->finish(), held.spool->resumable());
  held_.erase(found);
}

}  // namespace geometer::worker
