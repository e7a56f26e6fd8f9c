#include "server/telemetry/rpc_counts.h"

#include <google/protobuf/descriptor.h>

#include <array>

namespace geometer::server {
namespace {

using grpc::experimental::InterceptionHookPoints;

constexpr std::array<const char*, RpcCounts::kCodes> kCodeNames = {
    "ok",
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
};

class Counter final : public grpc::experimental::Interceptor {
 public:
  Counter(RpcCounts& counts, std::string method) : counts_(counts), method_(std::move(method)) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      counts_.Count(method_, methods->GetSendStatus().error_code());
    }
    methods->Proceed();
  }

 private:
  RpcCounts& counts_;
  const std::string method_;
};

class CounterFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit CounterFactory(RpcCounts& counts) : counts_(counts) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    return new Counter(counts_, info->method());
  }

 private:
  RpcCounts& counts_;
};

}  // namespace

RpcCounts::RpcCounts(const std::vector<std::string>& services) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const std::string& name : services) {
    const google::protobuf::ServiceDescriptor* service = pool->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      by_method_["/" + name + "/" + service->method(i)->name()];
    }
  }
}

void RpcCounts::Count(const std::string& method, int code) {
  const auto found = by_method_.find(method);
  if (found != by_method_.end() && code >= 0 && code < kCodes) ++found->second.by_code[code];
}

prometheus::MetricFamily RpcCounts::Collect() const {
  prometheus::MetricFamily family{"geometer_grpc_requests_total",
                                  "RPCs that ended, by status code.",
                                  prometheus::MetricType::Counter,
                                  {}};
  for (const auto& [method, counters] : by_method_) {
    for (int code = 0; code < kCodes; ++code) {
      prometheus::ClientMetric metric;
      metric.label = {{"method", method}, {"code", kCodeNames[code]}};
      metric.counter.value = static_cast<double>(counters.by_code[code].load());
      family.metric.push_back(std::move(metric));
    }
  }
  return family;
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeRpcCounter(
    RpcCounts& counts) {
  return std::make_unique<CounterFactory>(counts);
}

}  // namespace geometer::server
