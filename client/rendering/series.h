#pragma once

#include <string>
#include <vector>

#include "geometer/v1/job_service.pb.h"
#include "geometer/v1/measurement.pb.h"

namespace geometer::client {

// A name for each of `series`: its quantity, the split in parentheses, and of the rest (probe,
// task, learner, layer, class, index) only what is not the same in all series of that quantity,
// such as "loss (train)", "eigenvalue 0", "gradient_norm layer2".
std::vector<std::string> SeriesNames(const std::vector<v1::Series>& series);

// The latest value of `quantity` that stands for the whole job in a list: of the training split
// where it is measured, else of validation, else of test; of index 0. Null when there is none.
const v1::LatestValue* Headline(const v1::Job& job, const std::string& quantity);

// "0.5123", followed by "(not converged)" where the estimate missed its tolerance.
std::string Reading(double value, v1::Convergence convergence);

}  // namespace geometer::client
