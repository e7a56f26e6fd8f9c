#include "server/telemetry/rpc_counts.h"

#include <gtest/gtest.h>

#include "geometer/v1/job_service.grpc.pb.h"

namespace geometer::server {
namespace {

constexpr int kMethods = 7;  // of JobService

double Value(const prometheus::MetricFamily& family, const std::string& method,
             const std::string& code) {
  for (const auto& metric : family.metric) {
    if (metric.label[0].value == method && metric.label[1].value == code) {
      return metric.counter.value;
    }
  }
  return -1;
}

TEST(RpcCountsTest, CountsByMethodAndCode) {
  RpcCounts counts({v1::JobService::service_full_name()});
  counts.Count("/geometer.v1.JobService/GetJob", grpc::StatusCode::NOT_FOUND);
  counts.Count("/geometer.v1.JobService/GetJob", grpc::StatusCode::NOT_FOUND);
  const auto family = counts.Collect();
  EXPECT_EQ(Value(family, "/geometer.v1.JobService/GetJob", "not_found"), 2);
  EXPECT_EQ(Value(family, "/geometer.v1.JobService/GetJob", "ok"), 0);
}

TEST(RpcCountsTest, TheTableIsClosed) {
  RpcCounts counts({v1::JobService::service_full_name()});
  counts.Count("/grpc.health.v1.Health/Check", grpc::StatusCode::OK);
  counts.Count("/geometer.v1.JobService/GetJob", 99);
  EXPECT_EQ(counts.Collect().metric.size(), kMethods * RpcCounts::kCodes);
}

}  // namespace
}  // namespace geometer::server
