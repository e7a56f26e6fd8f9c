#include "server/services/watch_stream.h"

#include <utility>

#include "proto/channel/status.h"
#include "server/services/job_progress.h"
#include "server/storage/job_store.h"

namespace geometer::server {

WatchStream* WatchStream::Open(int64_t job_id, Store& store, const Scheduler& scheduler,
                               Streams& streams) {
  const std::shared_ptr<WatchStream> stream(new WatchStream(job_id, store, scheduler, streams));
  stream->self_ = stream;
  if (!streams.watches.Add(stream)) stream->Close(DrainingError());
  stream->Advance();
  return stream.get();
}

void WatchStream::Changed() {
  {
    MutexLock lock(mutex_);
    stale_ = true;
  }
  Advance();
}

void WatchStream::Close(const absl::Status& status) {
  {
    MutexLock lock(mutex_);
    if (!closing_) closing_ = status;
  }
  Advance();
}

void WatchStream::Advance() {
  {
    MutexLock lock(mutex_);
    if (busy_ || finished_) return;
    if (closing_) {
      finished_ = true;
      return Finish(channel::ToGrpc(*closing_));
    }
    if (!stale_) return;
    stale_ = false;
    busy_ = true;
  }
  Read();
}

void WatchStream::Read() {
  store_.Read<v1::Job>(
      [id = job_id_](Database& database) { return JobStore(database).Get(id); },
      [self = self_](absl::StatusOr<v1::Job> job) { self->Write(std::move(job)); });
}

void WatchStream::Write(absl::StatusOr<v1::Job> job) {
  if (!job.ok()) {
    {
      MutexLock lock(mutex_);
      busy_ = false;
    }
    return Close(job.status());
  }
  *response_.mutable_job() = *std::move(job);
  FillProgress(scheduler_, *response_.mutable_job());
  response_.mutable_job()->clear_spec();
  if (IsAtRest(response_.job())) {
    MutexLock lock(mutex_);
    if (!closing_) closing_ = absl::OkStatus();
  }
  StartWrite(&response_);
}

void WatchStream::OnWriteDone(bool ok) {
  {
    MutexLock lock(mutex_);
    busy_ = false;
    if (!ok && !closing_) closing_ = absl::CancelledError("the client went away");
  }
  Advance();
}

void WatchStream::OnDone() {
  const std::shared_ptr<WatchStream> self = std::move(self_);
  streams_.watches.Remove(this);
}

}  // namespace geometer::server
