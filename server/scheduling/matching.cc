#include "server/scheduling/matching.h"

#include <algorithm>

namespace geometer::server {
namespace {

bool Fits(const Requirements& requirements, const Candidate& candidate) {
  return candidate.free_slots > 0 && candidate.same_contract &&
         candidate.devices.contains(requirements.device);
}

bool AllFull(const std::vector<Candidate>& candidates) {
  return std::all_of(candidates.begin(), candidates.end(),
                     [](const Candidate& candidate) { return candidate.free_slots == 0; });
}

}  // namespace

void WaitingJobs::Add(int64_t job_id, const Requirements& requirements) {
  jobs_.try_emplace(job_id, requirements);
}

void WaitingJobs::Remove(int64_t job_id) { jobs_.erase(job_id); }

std::vector<Match> WaitingJobs::TakeMatches(std::vector<Candidate> candidates) {
  std::vector<Match> matches;
  for (auto job = jobs_.begin(); job != jobs_.end() && !AllFull(candidates);) {
    Candidate* best = nullptr;
    for (Candidate& candidate : candidates) {
      if (!Fits(job->second, candidate)) continue;
      if (best == nullptr || candidate.free_slots > best->free_slots) best = &candidate;
    }
    if (best == nullptr) {
      ++job;
      continue;
    }
    --best->free_slots;
    matches.push_back({job->first, job->second, best->session});
    job = jobs_.erase(job);
  }
  return matches;
}

}  // namespace geometer::server
