#pragma once

#include "geometer/v1/job_service.pb.h"
#include "server/scheduling/scheduler.h"

namespace geometer::server {

// Puts a running job's progress, which only its lease knows, beside what the store has.
void FillProgress(const Scheduler& scheduler, v1::Job& job);

// Whether the job stays as it is unless a user acts: it has ended, or is HELD.
bool IsAtRest(const v1::Job& job);

}  // namespace geometer::server
