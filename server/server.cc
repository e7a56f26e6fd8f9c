#include "server/server.h"

#include <grpcpp/health_check_service_interface.h>

#include <atomic>
#include <chrono>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/channel/server.h"
#include "proto/contract/digest.h"
#include "server/services/backend.h"
#include "server/services/job_service.h"
#include "server/services/result_service.h"
#include "server/services/sweeper.h"
#include "server/services/worker_service.h"
#include "server/storage/job_store.h"
#include "server/telemetry/exposition.h"
#include "server/telemetry/http_server.h"

namespace geometer::server {
namespace {

constexpr std::chrono::seconds kSweepPeriod(1);
constexpr std::chrono::seconds kDrainLimit(8);

// 128 random bits: never used before, and not to be guessed.
std::string NewSession() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

Scheduler::Options SchedulerOptions(absl::Duration lease_term, int64_t last_attempt_id) {
  Scheduler::Options options;
  options.lease_term = absl::ToChronoNanoseconds(lease_term);
  options.contract_digest = contract::ContractDigest();
  options.last_attempt_id = last_attempt_id;
  options.new_session = NewSession;
  return options;
}

}  // namespace

// In order of construction.
struct Server::Parts {
  Parts(const ServerOptions& options, std::unique_ptr<Store> opened, int64_t last_attempt_id)
      : scheduler(SchedulerOptions(options.lease_term, last_attempt_id)),
        store(std::move(opened)),
        dispatcher({*store, scheduler, live, streams}, options.clock, options.lease_term),
        intake({*store, scheduler, live, streams}, dispatcher, options.clock, *commit_seconds),
        backend{*store, scheduler, dispatcher, intake, streams, options.clock} {}

  // First what calls into the store, then the store, whose threads call into all that remains.
  ~Parts() {
    sweeper.reset();
    http.reset();
    grpc.server.reset();
    store.reset();
  }

  absl::Status Listen(const ServerOptions& options);

  std::atomic<bool> draining = false;
  Scheduler scheduler;
  LiveAttempts live;
  Streams streams;
  RpcCounts rpcs{{v1::JobService::service_full_name(), v1::WorkerService::service_full_name(),
                  v1::ResultService::service_full_name()}};
  std::unique_ptr<prometheus::Histogram> commit_seconds = MakeCommitSeconds();
  std::unique_ptr<Store> store;
  Dispatcher dispatcher;
  Intake intake;
  Backend backend;
  Exposition exposition{{*store, scheduler, live, rpcs, *commit_seconds}};
  JobService jobs{backend};
  WorkerService workers{backend};
  ResultService results{*store};
  channel::ListeningServer grpc;
  std::unique_ptr<HttpServer> http;
  std::unique_ptr<Sweeper> sweeper;
};

absl::Status Server::Parts::Listen(const ServerOptions& options) {
  auto listening =
      channel::StartServer(options.listen, {&jobs, &workers, &results}, MakeRpcCounter(rpcs));
  if (!listening.ok()) return listening.status();
  grpc = *std::move(listening);
  auto pages = HttpServer::Start(
      options.http, {{"/metrics",
                      [this] {
                        return HttpPage{200, "text/plain; version=0.0.4", ToText(exposition)};
                      }},
                     {"/sd",
                      [this] {
                        return HttpPage{200, "application/json", ServiceDiscovery(scheduler)};
                      }},
                     {"/healthz", [this] {
                        return draining ? HttpPage{503, "text/plain", "draining\n"}
                                        : HttpPage{200, "text/plain", "ok\n"};
                      }}});
  if (!pages.ok()) return pages.status();
  http = *std::move(pages);
  sweeper = std::make_unique<Sweeper>(kSweepPeriod, [this] { dispatcher.Sweep(); });
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(options.data, {});
  if (!store.ok()) return store.status();
  const absl::StatusOr<int64_t> last_attempt_id = (*store)->ReadAndWait<int64_t>(
      [](Database& database) { return JobStore(database).LastAttemptId(); });
  if (!last_attempt_id.ok()) return last_attempt_id.status();
  std::unique_ptr<Server> server(
      new Server(std::make_unique<Parts>(options, *std::move(store), *last_attempt_id)));
  absl::Status status = server->parts_->dispatcher.Restore();
  if (status.ok()) status = server->parts_->Listen(options);
  if (!status.ok()) return status;
  return server;
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Drain(); }

std::string Server::address() const { return parts_->grpc.address.ToString(); }

std::string Server::http_address() const { return parts_->http->address().ToString(); }

void Server::Drain() {
  if (parts_->draining.exchange(true)) return;
  parts_->dispatcher.Drain();
  if (parts_->grpc.server != nullptr) {
    parts_->grpc.server->GetHealthCheckService()->SetServingStatus(false);
    parts_->streams.Drain();
    parts_->grpc.server->Shutdown(std::chrono::system_clock::now() + kDrainLimit);
  }
  // Every completion that was queued before this one has run when it returns.
  parts_->store->WriteAndWait<bool>([](Database&) { return true; }).IgnoreError();
}

}  // namespace geometer::server
