#include "worker/agent/parent_fetch.h"

#include <fcntl.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/channel/status.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/file_digest.h"
#include "proto/contract/weights_file.h"
#include "worker/agent/descriptor.h"
#include "worker/agent/done.h"

namespace geometer::worker {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kFirstDelay(100);
constexpr std::chrono::milliseconds kLongestDelay(5000);
constexpr uint64_t kMaxBytes = uint64_t{4} << 30;  // as the server keeps at most
constexpr std::chrono::hours kAbandoned(24);       // a part that nobody writes to any more

absl::Status Unwritten(const fs::path& file) {
  return absl::InternalError(absl::StrCat("can't write ", file.native(), ": ", strerror(errno)));
}

bool WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    bytes.remove_prefix(std::max<ssize_t>(written, 0));
  }
  return true;
}

// Whether the server may answer otherwise next time.
bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsCancelled(status);
}

}  // namespace

const v1::Parent* FindMissingParent(const v1::JobSpec& spec, const fs::path& folder) {
  for (const contract::ParentAt& at : contract::ParentsOf(spec)) {
    const std::string& sha256 = at.parent->sha256();
    std::error_code ignored;  // what can't be looked at is missing
    if (!sha256.empty() && !fs::exists(folder / sha256, ignored)) return at.parent;
  }
  return nullptr;
}

void RemoveAbandonedParts(const fs::path& folder) {
  std::error_code ignored;  // what can't be deleted does no harm
  const auto now = fs::file_time_type::clock::now();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const bool part = entry.path().has_extension();
    if (part && now - entry.last_write_time(ignored) > kAbandoned) fs::remove(entry, ignored);
  }
}

// One try. Its members belong to gRPC's threads until `done`. Writes and hashes as parts of 1 MiB
// come, on a thread of gRPC's that this stream alone keeps busy.
class ParentFetch::Call final : public grpc::ClientReadReactor<v1::ReadArtifactResponse> {
 public:
  explicit Call(ParentFetch& fetch)
      : fetch_(fetch),
        path_(fetch.folder_ / absl::StrCat(fetch.parent_.sha256(), ".", getpid(), "-",
                                           reinterpret_cast<uintptr_t>(this))) {
    std::error_code ignored;  // the file can't be opened then
    fs::create_directories(fetch.folder_, ignored);
    file_ = Descriptor(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    request_.set_job_id(static_cast<int64_t>(fetch.parent_.job()));
    request_.set_name(contract::kWeightsFile);
    fetch.stub_.async()->ReadArtifact(&context_, &request_, this);
    StartRead(&response_);
    StartCall();
  }
  ~Call() override {
    done_.Wait();
    std::error_code ignored;  // it was renamed, or never made
    fs::remove(path_, ignored);
  }

  void Cancel() { context_.TryCancel(); }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    fetch_.Hear();
    bytes_ += response_.data().size();
    hash_.Add(response_.data());
    if (bytes_ > kMaxBytes) {
      problem_ = absl::DataLossError("more than 4 GiB");
    } else if (!WriteAll(file_.get(), response_.data())) {
      problem_ = Unwritten(path_);
    }
    if (!problem_.ok()) return context_.TryCancel();
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    absl::Status end = problem_.ok() ? channel::FromGrpc(status) : problem_;
    if (end.ok()) end = Settle();
    fetch_.executor_.Post([&fetch = fetch_, end] { fetch.OnEnd(end); });
    done_.Set();
  }

  // Gives the file the name that its bytes have, if that is the one promised, once they are on
  // disk.
  absl::Status Settle() {
    const std::string& sha256 = fetch_.parent_.sha256();
    const std::string got = hash_.Hex();
    if (got != sha256) {
      return absl::DataLossError(absl::StrCat("expected SHA-256 ", sha256, ", got ", got));
    }
    const Descriptor folder(open(fetch_.folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fsync(file_.get()) != 0 || rename(path_.c_str(), (fetch_.folder_ / sha256).c_str()) != 0 ||
        fsync(folder.get()) != 0) {
      return Unwritten(path_);
    }
    return absl::OkStatus();
  }

  ParentFetch& fetch_;
  const fs::path path_;  // until its bytes are known
  Descriptor file_;
  contract::Sha256 hash_;
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
      backoff_(kFirstDelay, kLongestDelay),
      heard_(Clock::now().time_since_epoch().count()) {}

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
  if (IsPassing(status)) {
    return executor_.PostAfter(backoff_.Next(), [this] { Try(); });
  }
  fetched_(absl::Status(
      status.code(), absl::StrCat("the weights of job ", parent_.job(), ": ", status.message())));
}

}  // namespace geometer::worker
