#include "client/job_stream.h"

#include <utility>

namespace geometer::client {

JobStream::JobStream(v1::JobService::Stub& jobs, int64_t job_id, std::function<void()> changed)
    : changed_(std::move(changed)) {
  request_.set_job_id(job_id);
  jobs.async()->WatchJob(&context_, &request_, this);
  StartRead(&response_);
  StartCall();
}

JobStream::~JobStream() {
  context_.TryCancel();
  MutexLock lock(mutex_);
  while (!result_) ended_.Wait(mutex_);
}

std::optional<v1::Job> JobStream::TakeNewest() {
  MutexLock lock(mutex_);
  return std::exchange(newest_, std::nullopt);
}

std::optional<grpc::Status> JobStream::result() {
  MutexLock lock(mutex_);
  return result_;
}

void JobStream::OnReadDone(bool ok) {
  if (!ok) return;  // OnDone follows
  {
    MutexLock lock(mutex_);
    newest_ = std::move(*response_.mutable_job());
  }
  changed_();
  StartRead(&response_);
}

void JobStream::OnDone(const grpc::Status& status) {
  // Under the lock, so that the destructor can't run before all is told.
  MutexLock lock(mutex_);
  result_ = status;
  changed_();
  ended_.NotifyAll();
}

}  // namespace geometer::client
