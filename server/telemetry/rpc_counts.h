#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "prometheus/metric_family.h"

namespace geometer::server {

// Ended RPCs by method and status code: a closed table, filled with zeros at the start, so that no
// series appears later. Thread-safe, without locks.
class RpcCounts {
 public:
  static constexpr int kCodes = 17;

  // The methods are all those of `services`, full names such as "geometer.v1.JobService".
  explicit RpcCounts(const std::vector<std::string>& services);

  // `method`: "/geometer.v1.JobService/GetJob". Methods of other services are not counted.
  void Count(const std::string& method, int code);

  // geometer_grpc_requests_total{method,code}.
  prometheus::MetricFamily Collect() const;

 private:
  struct Counters {
    std::atomic<uint64_t> by_code[kCodes] = {};
  };
  std::map<std::string, Counters> by_method_;  // keys are constant after construction
};

// Makes the interceptors that count every RPC of a server into `counts`, which outlives it.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeRpcCounter(
    RpcCounts& counts);

}  // namespace geometer::server
