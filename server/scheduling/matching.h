#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "geometer/v1/job.pb.h"

namespace geometer::server {

// What a job needs of a worker.
struct Requirements {
  v1::Device device = v1::DEVICE_CPU;
};

// A worker that could take attempts.
struct Candidate {
  std::string session;
  std::set<v1::Device> devices;
  bool same_contract = false;  // its contract's digest is the server's own
  uint32_t free_slots = 0;
};

// A job put on a worker.
struct Match {
  int64_t job_id = 0;
  Requirements requirements;
  std::string session;
};

// Jobs that wait, and whom they may go to. Not thread-safe; no clock.
class WaitingJobs {
 public:
  // The smallest id waits longest. Nothing happens when the job is here already.
  void Add(int64_t job_id, const Requirements& requirements);
  void Remove(int64_t job_id);

  // Takes out the jobs that fit somewhere, oldest first, each to the candidate with most free
  // slots. One that fits nowhere blocks nobody. Cost: O(jobs · candidates) while slots are free,
  // else O(1).
  std::vector<Match> TakeMatches(std::vector<Candidate> candidates);

 private:
  std::map<int64_t, Requirements> jobs_;
};

}  // namespace geometer::server
