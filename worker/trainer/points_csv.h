#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "absl/status/status.h"
#include "geometer/v1/measurement.pb.h"

namespace geometer::trainer {

// A file of points, a line each, as they come:
//
//   probe,quantity,split,task,learner,index,step,value,standard_error,residual,samples,converged,
//   seconds,elapsed
//
// Numbers have 17 digits and read back to the last bit; `nan`, `inf` and `-inf` are values, an
// empty field is absent. `converged` is true, false or empty.
class PointsFile {
 public:
  // Begins the file at `path`, or goes on with one whose points beyond `resumed_step` a resume made
  // void: they are removed. INTERNAL: the file can't be written.
  absl::Status Open(const std::filesystem::path& path, uint64_t resumed_step);

  // Appends `points` and hands them to the operating system.
  void Append(const v1::Points& points);

 private:
  std::ofstream file_;
};

}  // namespace geometer::trainer
