#include "worker/agent/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <random>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace geometer::worker {
namespace fs = std::filesystem;

namespace {

absl::Status ToStatus(const std::error_code& error, const fs::path& path) {
  return absl::ErrnoToStatus(error.value(), path.native());
}

absl::StatusOr<Descriptor> Lock(const fs::path& file) {
  Descriptor lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid()) return absl::ErrnoToStatus(errno, file.native());
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("another worker runs in ",
                                                      file.parent_path().native(),
                                                      "; give this one a --data of its own"));
  }
  return lock;
}

std::string NewId() {
  std::array<char, 256> host = {};
  gethostname(host.data(), host.size() - 1);
  return absl::StrFormat("%s-%08x", host.data(), std::random_device()());
}

absl::StatusOr<std::string> ReadOrMakeId(const fs::path& file) {
  std::string id;
  if (std::ifstream(file) >> id) return id;
  id = NewId();
  const fs::path written = file.native() + ".new";
  if (!(std::ofstream(written) << id << '\n').flush()) {
    return absl::UnavailableError(absl::StrCat("can't write ", written.native()));
  }
  std::error_code error;
  fs::rename(written, file, error);
  if (error) return ToStatus(error, file);
  return id;
}

// Entries of `folder` whose names are positive numbers; others are not ours.
std::vector<std::pair<int64_t, fs::path>> NumberedEntries(const fs::path& folder) {
  std::vector<std::pair<int64_t, fs::path>> entries;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    int64_t number = 0;
    if (absl::SimpleAtoi(entry.path().filename().native(), &number) && number > 0) {
      entries.emplace_back(number, entry.path());
    }
  }
  return entries;
}

// Whether the server may try a job again that ended so.
bool MayGoOn(const v1::Finish& finish) {
  if (finish.outcome() != v1::OUTCOME_FAILED) return false;
  switch (finish.reason()) {
    case v1::FAILURE_REASON_CRASHED:
    case v1::FAILURE_REASON_HUNG:
    case v1::FAILURE_REASON_LOST_WORKER:
    case v1::FAILURE_REASON_PREEMPTED:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<DataFolder> DataFolder::Open(const fs::path& root) {
  std::error_code error;
  fs::create_directories(root / "jobs", error);
  if (error) return ToStatus(error, root);
  absl::StatusOr<Descriptor> lock = Lock(root / "lock");
  if (!lock.ok()) return lock.status();
  absl::StatusOr<std::string> id = ReadOrMakeId(root / "id");
  if (!id.ok()) return id.status();
  return DataFolder(fs::canonical(root / "jobs"), *std::move(lock), *std::move(id));
}

absl::StatusOr<AttemptFolder> DataFolder::Create(int64_t job_id, int64_t attempt_id) const {
  const fs::path path = jobs_ / absl::StrCat(job_id) / absl::StrCat(attempt_id);
  std::error_code error;
  fs::remove_all(path, error);
  fs::create_directories(path, error);
  if (error) return ToStatus(error, path);
  return AttemptFolder{job_id, attempt_id, path};
}

std::vector<AttemptFolder> DataFolder::Attempts(int64_t job_id) const {
  std::vector<AttemptFolder> attempts;
  for (auto& [id, path] : NumberedEntries(jobs_ / absl::StrCat(job_id))) {
    attempts.push_back({job_id, id, std::move(path)});
  }
  return attempts;
}

std::vector<AttemptFolder> DataFolder::Unfinished() const {
  std::vector<AttemptFolder> unfinished;
  for (const auto& [job_id, path] : NumberedEntries(jobs_)) {
    std::ranges::copy_if(Attempts(job_id), std::back_inserter(unfinished),
                         [](const AttemptFolder& attempt) { return fs::exists(attempt.spool()); });
  }
  std::ranges::sort(unfinished, {}, &AttemptFolder::attempt_id);
  return unfinished;
}

bool DataFolder::HoldsCheckpoint(const fs::path& path) const {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error || !fs::is_regular_file(real, error)) return false;
  return std::ranges::mismatch(jobs_, real).in1 == jobs_.end();
}

void DataFolder::Settle(const AttemptFolder& attempt, const v1::Finish& finish,
                        bool resumable) const {
  std::error_code ignored;  // what can't be deleted does no harm
  if (!MayGoOn(finish)) {
    fs::remove_all(attempt.path.parent_path(), ignored);
    return;
  }
  fs::remove(attempt.spool(), ignored);
  if (!resumable) return;
  for (const AttemptFolder& other : Attempts(attempt.job_id)) {
    if (other.attempt_id < attempt.attempt_id) fs::remove_all(other.path, ignored);
  }
}

void DataFolder::Drop(const AttemptFolder& attempt) const {
  std::error_code ignored;
  fs::remove(attempt.spool(), ignored);
}

}  // namespace geometer::worker
