#include "worker/trainer/failures.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/igamma.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>

#include <new>
#include <stdexcept>

namespace geometer::trainer {
namespace {

// The status of what `throws` throws.
template <typename Throws>
absl::Status Thrown(const Throws& throws) {
  try {
    throws();
  } catch (const std::exception& exception) {
    return ToStatus(exception);
  }
  return absl::OkStatus();
}

TEST(FailuresTest, MoreMemoryThanThereIsIsOutOfMemory) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer ends the program at such an allocation";
#endif
  const absl::Status status = Thrown([] { at::empty({int64_t{1} << 60}); });
  EXPECT_EQ(Failed(status).reason(), v1::FAILURE_REASON_OUT_OF_MEMORY) << status;
  EXPECT_EQ(Failed(Thrown([] { throw std::bad_alloc(); })).reason(),
            v1::FAILURE_REASON_OUT_OF_MEMORY);
}

TEST(FailuresTest, AnyOtherExceptionIsInternalWithItsMessage) {
  const v1::Finish finish = Failed(Thrown([] { TORCH_CHECK(false, "expected a, got b"); }));
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_FAILED);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_INTERNAL);
  EXPECT_EQ(finish.message(), "expected a, got b");
}

TEST(FailuresTest, AMissingDerivativeIsTheJobsFaultAndNamesTheOperation) {
  const at::Tensor x = at::ones({1}).requires_grad_();
  const v1::Finish finish = Failed(Thrown([&] { at::igamma(x, at::ones({1})).backward(); }));
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  EXPECT_THAT(finish.message(), testing::HasSubstr("derivative for 'igamma: input'"));
  EXPECT_THAT(finish.message(), testing::HasSubstr("choose another model"));
}

TEST(FailuresTest, EachStatusHasItsReason) {
  EXPECT_EQ(Failed(absl::InvalidArgumentError("")).reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  EXPECT_EQ(Failed(absl::NotFoundError("")).reason(), v1::FAILURE_REASON_MISSING_DATA);
  EXPECT_EQ(Failed(absl::DataLossError("")).reason(), v1::FAILURE_REASON_BAD_DATA);
  EXPECT_EQ(Failed(absl::FailedPreconditionError("")).reason(), v1::FAILURE_REASON_DEVICE_ERROR);
}

}  // namespace
}  // namespace geometer::trainer
