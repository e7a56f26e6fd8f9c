#include "worker/trainer/prefetcher.h"

#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace geometer::trainer {
namespace {

constexpr int64_t kEnd = 200;

UpdateBatch Numbered(int64_t step) { return {{0, {at::full({2}, step, at::kLong), {}}}}; }

int64_t Number(const UpdateBatch& batch) { return batch[0].examples.inputs[0].item<int64_t>(); }

TEST(PrefetcherTest, ReturnsTheBatchOfEachStep) {
  for (const int threads : {1, 2, 8}) {
    Prefetcher prefetcher(Numbered, threads, kEnd);
    for (int64_t step = 0; step < kEnd; ++step) EXPECT_EQ(Number(prefetcher.At(step)), step);
  }
}

TEST(PrefetcherTest, AnyOrderOfStepsWillDo) {
  Prefetcher prefetcher(Numbered, 3, kEnd);
  for (const int64_t step : {5, 6, 100, 99, 0, 0, 199, 7}) {
    EXPECT_EQ(Number(prefetcher.At(step)), step);
  }
}

// The most by which preparing runs ahead of the step that is asked for, and the last step prepared.
TEST(PrefetcherTest, HoldsTwoBatchesForEachThreadAndStopsAtTheEnd) {
  std::atomic<int64_t> asked = 0, ahead = 0, last = 0;
  const auto note = [](std::atomic<int64_t>& most, int64_t value) {
    for (int64_t seen = most; seen < value && !most.compare_exchange_weak(seen, value);) continue;
  };
  {
    Prefetcher prefetcher(
        [&](int64_t step) {
          note(ahead, step - asked);
          note(last, step);
          last.notify_all();
          return Numbered(step);
        },
        3, kEnd);
    prefetcher.At(0);
    // However slowly the threads get their turns, they run ahead without being asked.
    for (int64_t seen = last; seen < 6; seen = last) last.wait(seen);
    for (asked = 0; asked < kEnd; ++asked) prefetcher.At(asked);
  }
  EXPECT_GE(ahead, 1);
  EXPECT_LE(ahead, 6);
  EXPECT_EQ(last, kEnd - 1);
}

TEST(PrefetcherTest, AnErrorSurfacesAtItsStepAndAtNoOther) {
  const auto prepare = [](int64_t step) {
    if (step == 3) throw std::runtime_error("step three");
    return Numbered(step);
  };
  Prefetcher prefetcher(prepare, 2, kEnd);
  EXPECT_EQ(Number(prefetcher.At(2)), 2);
  EXPECT_THROW(prefetcher.At(3), std::runtime_error);
  EXPECT_THROW(prefetcher.At(3), std::runtime_error);
  EXPECT_EQ(Number(prefetcher.At(4)), 4);
}

TEST(PrefetcherTest, EndsWhileItsThreadsAreFullOrWereNeverAsked) {
  { const Prefetcher unused(Numbered, 4, kEnd); }
  Prefetcher full(Numbered, 4, kEnd);
  EXPECT_EQ(Number(full.At(0)), 0);
}

TEST(PrefetcherTest, AStepBeyondTheEndIsAMistake) {
  Prefetcher prefetcher(Numbered, 1, kEnd);
  EXPECT_ANY_THROW(prefetcher.At(kEnd));
  EXPECT_ANY_THROW(prefetcher.At(-1));
}

}  // namespace
}  // namespace geometer::trainer
