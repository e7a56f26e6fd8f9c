#include "worker/geometry/schedules/window.h"

namespace geometer::geometry {
namespace {

class Window : public Schedule {
 public:
  Window(int64_t start, int64_t stop) : start_(start), stop_(stop) {}

  double Rate(const ScheduleContext& context) const override {
    return start_ <= context.step && context.step < stop_ ? context.base_rate : 0;
  }

 private:
  const int64_t start_;
  const int64_t stop_;
};

}  // namespace

std::unique_ptr<Schedule> MakeWindow(int64_t start, int64_t stop) {
  return std::make_unique<Window>(start, stop);
}

}  // namespace geometer::geometry
