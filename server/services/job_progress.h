#pragma once

#include "geometer/v1/job_service.pb.h"
#include "server/scheduling/scheduler.h"

namespace geometer::server {

// Puts a running job's progress, which only its lease knows, beside what the store has.
void FillProgress(const Scheduler& scheduler, v1::Job& job);

// Whether the job's state is final unless a user acts: also true of HELD.
bool HasEnded(const v1::Job& job);

}  // namespace geometer::server
