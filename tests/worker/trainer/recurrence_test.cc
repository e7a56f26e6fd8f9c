#include "worker/trainer/recurrence.h"

#include <gmock/gmock.h>

#include <vector>

namespace geometer::trainer {
namespace {

using testing::ElementsAre;

std::vector<int64_t> DueSteps(const v1::Cadence& cadence, int64_t steps_per_epoch, int64_t total) {
  const Recurrence recurrence(cadence, steps_per_epoch, total);
  std::vector<int64_t> due;
  for (int64_t step = 1; step <= total; ++step) {
    if (recurrence.DueAt(step)) due.push_back(step);
  }
  return due;
}

v1::Cadence Epochs(double epochs) {
  v1::Cadence cadence;
  cadence.set_epochs(epochs);
  return cadence;
}

TEST(RecurrenceTest, IsDueAtMultiplesOfItsStepsAndAtTheEnd) {
  v1::Cadence cadence;
  cadence.set_steps(3);
  EXPECT_THAT(DueSteps(cadence, 1, 10), ElementsAre(3, 6, 9, 10));
}

TEST(RecurrenceTest, EpochsAreSoManySteps) {
  EXPECT_THAT(DueSteps(Epochs(2), 3, 12), ElementsAre(6, 12));
}

TEST(RecurrenceTest, AFractionOfAnEpochIsDueOnceItIsComplete) {
  EXPECT_THAT(DueSteps(Epochs(0.5), 5, 10), ElementsAre(3, 5, 8, 10));
  EXPECT_THAT(DueSteps(Epochs(0.1), 30, 9), ElementsAre(3, 6, 9));
}

TEST(RecurrenceTest, APeriodOfLessThanAStepIsDueAtEach) {
  EXPECT_THAT(DueSteps(Epochs(0.1), 2, 4), ElementsAre(1, 2, 3, 4));
}

TEST(RecurrenceTest, CountsTheStepsAtWhichItIsDue) {
  for (const double epochs : {0.1, 0.3, 0.5, 1.0, 1.7, 50.0}) {
    for (const int64_t total : {1, 2, 7, 30, 31}) {
      const auto due = static_cast<int64_t>(DueSteps(Epochs(epochs), 3, total).size());
      EXPECT_EQ(Recurrence(Epochs(epochs), 3, total).Times(), due) << epochs << " " << total;
    }
  }
}

TEST(RecurrenceTest, ThePeriodIsInStepsAndNoLessThanOne) {
  EXPECT_EQ(Recurrence(Epochs(2.5), 3, 10).period(), 7.5);
  EXPECT_EQ(Recurrence(Epochs(0.1), 3, 10).period(), 1);
  EXPECT_EQ(Recurrence(v1::Cadence(), 3, 10).period(), 0);
}

TEST(RecurrenceTest, AnAbsentCadenceIsNeverDue) {
  EXPECT_THAT(DueSteps(v1::Cadence(), 1, 5), ElementsAre());
  EXPECT_EQ(Recurrence(v1::Cadence(), 1, 5).Times(), 0);
}

}  // namespace
}  // namespace geometer::trainer
