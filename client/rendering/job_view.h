#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/console.h"
#include "client/rendering/sparkline.h"
#include "client/rendering/table.h"
#include "geometer/v1/job_service.pb.h"

namespace geometer::client {

// Whether nothing more will happen to the job.
bool Ended(v1::JobState state);

// "running" in its colour; "cancelling" while a running job has yet to hear of its end.
Cell StateCell(const v1::Job& job);

// "failed (out_of_memory): …": the state and, where the last attempt failed, why.
std::string EndText(const v1::Job& job);

// Values of a job's curves so far, oldest first, by the series' serialised identity.
using History = std::map<std::string, std::vector<StepValue>>;

// The key of `series` in a History.
std::string HistoryKey(const v1::Series& series);

// Two lines: a title, and a progress bar with the time left.
std::vector<std::string> JobHeading(const v1::Job& job, const Style& style);

// A job as a live view shows it: its heading, then the latest values of each probe's first
// quantities with their curves; at most `size.rows` lines.
std::vector<std::string> JobView(const v1::Job& job, const History& history, TerminalSize size,
                                 const Style& style);

// A job as one plain line of a log, with the first few of these values: "job 7 digits-mlp: running,
// 400/2000 steps, loss (train) 0.5, …".
std::string JobLine(const v1::Job& job);

}  // namespace geometer::client
