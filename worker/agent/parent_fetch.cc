#include "worker/agent/parent_fetch.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/channel/status.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/file_digest.h"
#include "worker/agent/done.h"

namespace geometer::worker {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kFirstDelay(100);
constexpr std::chrono::milliseconds kLongestDelay(5000);
constexpr char kWeights[] = "weights.safetensors";
constexpr uint64_t kMaxBytes = uint64_t{4} << 30;  // as the server keeps at most

// Moves the file to the name that its bytes have, if that is `sha256`.
absl::Status Settle(const fs::path& file, const std::string& sha256) {
  const absl::StatusOr<std::string> digest = contract::Sha256OfFile(file);
  if (!digest.ok()) return absl::InternalError(digest.status().message());
  if (*digest != sha256) {
    return absl::DataLossError(absl::StrCat("expected SHA-256 ", sha256, ", got ", *digest));
  }
  std::error_code error;
  fs::rename(file, file.parent_path() / sha256, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("can't rename ", file.native(), ": ", error.message()));
}

}  // namespace

const v1::Parent* FindMissingParent(const v1::JobSpec& spec, const fs::path& folder) {
  for (const contract::ParentAt& at : contract::ParentsOf(spec)) {
    const std::string& sha256 = at.parent->sha256();
    if (!sha256.empty() && !fs::exists(folder / sha256)) return at.parent;
  }
  return nullptr;
}

// One try. Its members belong to gRPC's threads until `done`.
class ParentFetch::Call final : public grpc::ClientReadReactor<v1::ReadArtifactResponse> {
 public:
  explicit Call(ParentFetch& fetch)
      : fetch_(fetch),
        file_(fetch.folder_ / absl::StrCat(fetch.parent_.sha256(), ".", getpid(), ".",
                                           reinterpret_cast<uintptr_t>(this))) {
    std::error_code ignored;  // the file can't be opened then
    fs::create_directories(fetch.folder_, ignored);
    stream_.open(file_, std::ios::binary | std::ios::trunc);
    request_.set_job_id(static_cast<int64_t>(fetch.parent_.job()));
    request_.set_name(kWeights);
    fetch.stub_.async()->ReadArtifact(&context_, &request_, this);
    StartRead(&response_);
    StartCall();
  }
  ~Call() override {
    done_.Wait();
    std::error_code ignored;  // it was renamed, or never made
    fs::remove(file_, ignored);
  }

  void Cancel() { context_.TryCancel(); }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    bytes_ += response_.data().size();
    if (!stream_.write(response_.data().data(), response_.data().size())) {
      problem_ = absl::InternalError(absl::StrCat("can't write ", file_.native()));
    } else if (bytes_ > kMaxBytes) {
      problem_ = absl::DataLossError("more than 4 GiB");
    }
    if (!problem_.ok()) return context_.TryCancel();
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    absl::Status end = problem_.ok() ? channel::FromGrpc(status) : problem_;
    if (end.ok() && !stream_.flush()) {
      end = absl::InternalError(absl::StrCat("can't write ", file_.native()));
    }
    if (end.ok()) end = Settle(file_, fetch_.parent_.sha256());
    fetch_.executor_.Post([&fetch = fetch_, end] { fetch.OnEnd(end); });
    done_.Set();
  }

  ParentFetch& fetch_;
  const fs::path file_;  // until its bytes are known
  std::ofstream stream_;
  uint64_t bytes_ = 0;
  absl::Status problem_;  // why it was given up
  grpc::ClientContext context_;
  v1::ReadArtifactRequest request_;
  v1::ReadArtifactResponse response_;
  Done done_;
};

ParentFetch::ParentFetch(Executor& executor, v1::ResultService::Stub& stub,
                         const v1::Parent& parent, fs::path folder, Fetched fetched)
    : executor_(executor),
      stub_(stub),
      parent_(parent),
      folder_(std::move(folder)),
      fetched_(std::move(fetched)),
      backoff_(kFirstDelay, kLongestDelay) {}

ParentFetch::~ParentFetch() {
  if (call_) call_->Cancel();
}

void ParentFetch::Begin() { Try(); }

void ParentFetch::Cancel() {
  cancelled_ = true;
  if (call_) call_->Cancel();
}

void ParentFetch::Try() {
  if (cancelled_) return fetched_(absl::CancelledError("the fetch was cancelled"));
  call_ = std::make_unique<Call>(*this);
}

void ParentFetch::OnEnd(const absl::Status& status) {
  call_.reset();
  if (status.ok()) return fetched_(status);
  if (cancelled_) return fetched_(absl::CancelledError("the fetch was cancelled"));
  if (absl::IsUnavailable(status)) {
    return executor_.PostAfter(backoff_.Next(), [this] { Try(); });
  }
  fetched_(absl::Status(
      status.code(), absl::StrCat("the weights of job ", parent_.job(), ": ", status.message())));
}

}  // namespace geometer::worker
