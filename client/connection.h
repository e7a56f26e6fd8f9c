#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "geometer/v1/job_service.grpc.pb.h"
#include "geometer/v1/result_service.grpc.pb.h"

namespace geometer::client {

// The server that commands speak to, connected at the first call.
//
// Every error says what to do where that is known: UNAVAILABLE without a connection, how to start a
// server; DEADLINE_EXCEEDED, that the server is there but silent. The server's own messages, that
// its disk is full for instance, pass unchanged.
class Connection {
 public:
  // `address` is "host:port"; a malformed one is the INVALID_ARGUMENT of every call. The first call
  // waits up to `patience` for a server, so that one failed attempt to connect is none of its
  // business.
  explicit Connection(std::string address,
                      std::chrono::milliseconds patience = std::chrono::milliseconds(500))
      : address_(std::move(address)), patience_(patience) {}

  // A call with one answer, such as `Call(&v1::JobService::Stub::GetJob, request)`.
  template <typename Service, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Service::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                                const Request& request) {
    if (const absl::Status connected = Connect(); !connected.ok()) return connected;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    Response response;
    const absl::Status status = Explain((Get<Service>().*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // A call with many answers: gives each to `take`, in order. An error of `take` ends the call and
  // is returned.
  template <typename Service, typename Request, typename Response>
  absl::Status Read(std::unique_ptr<grpc::ClientReader<Response>> (Service::*method)(
                        grpc::ClientContext*, const Request&),
                    const Request& request,
                    const std::function<absl::Status(const Response&)>& take) {
    if (absl::Status connected = Connect(); !connected.ok()) return connected;
    grpc::ClientContext context;
    const auto reader = (Get<Service>().*method)(&context, request);
    absl::Status taken;
    for (Response response; taken.ok() && reader->Read(&response);) taken = take(response);
    if (!taken.ok()) context.TryCancel();
    const grpc::Status status = reader->Finish();
    return taken.ok() ? Explain(status) : taken;
  }

  // For calls of other kinds.
  absl::StatusOr<v1::JobService::Stub*> jobs();

  // `status` of a call to this server, with what to do about it.
  absl::Status Explain(const grpc::Status& status) const;

 private:
  // Longer than any call that does its work.
  static constexpr std::chrono::seconds kDeadline{60};

  // Makes the stubs and waits for the server, once.
  absl::Status Connect();

  template <typename Service>
  Service& Get() {
    return *std::get<std::unique_ptr<Service>>(services_);
  }

  std::string address_;
  std::chrono::milliseconds patience_;
  std::shared_ptr<grpc::Channel> channel_;
  std::tuple<std::unique_ptr<v1::JobService::Stub>, std::unique_ptr<v1::ResultService::Stub>>
      services_;
};

}  // namespace geometer::client
