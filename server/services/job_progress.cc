#include "server/services/job_progress.h"

namespace geometer::server {

void FillProgress(const Scheduler& scheduler, v1::Job& job) {
  if (job.state() != v1::JOB_STATE_RUNNING) return;
  const std::optional<Lease> lease = scheduler.LeaseOfJob(job.id());
  if (lease.has_value()) *job.mutable_progress() = lease->progress;
}

bool IsAtRest(const v1::Job& job) {
  return job.state() != v1::JOB_STATE_QUEUED && job.state() != v1::JOB_STATE_BLOCKED &&
         job.state() != v1::JOB_STATE_RUNNING;
}

}  // namespace geometer::server
