#include "worker/trainer/sources/pixel_file.h"

#include <ATen/ops/from_file.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <numeric>
#include <system_error>
#include <thread>

#include "proto/concurrency/mutex.h"
#include "worker/trainer/files.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;

int64_t BytesOf(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

bool IsWhole(const PixelFile& file) {
  std::error_code error;
  const auto size = fs::file_size(file.path, error);
  return !error && size == static_cast<uintmax_t>(file.pictures * BytesOf(file.shape));
}

absl::Status SystemError(const fs::path& path, int code) {
  return absl::InternalError(absl::ErrnoToStatus(code, path.string()).message());
}

// Makes all pictures by several threads and keeps the error of the earliest that can't be made.
class Production {
 public:
  Production(const PixelFile& file, const MakePicture& make, int descriptor)
      : file_(file), make_(make), descriptor_(descriptor) {}

  absl::Status Run() {
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < file_.threads; ++i) threads.emplace_back([this] { Work(); });
    }
    const MutexLock lock(mutex_);
    return error_;
  }

 private:
  void Work() {
    for (int64_t i = next_++; i < file_.pictures && i < failed_; i = next_++) {
      if (absl::Status status = Store(i); !status.ok()) Fail(i, std::move(status));
    }
  }

  absl::Status Store(int64_t i) const {
    const auto bytes = make_(i);
    if (!bytes.ok()) return bytes.status();
    const auto size = static_cast<int64_t>(bytes->size());
    for (int64_t done = 0; done < size;) {
      const ssize_t written =
          pwrite(descriptor_, bytes->data() + done, size - done, i * size + done);
      if (written < 0 && errno != EINTR) return SystemError(file_.path, errno);
      done += std::max<ssize_t>(written, 0);
    }
    return absl::OkStatus();
  }

  void Fail(int64_t i, absl::Status status) EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (i >= failed_) return;
    failed_ = i;
    error_ = std::move(status);
  }

  const PixelFile& file_;
  const MakePicture& make_;
  const int descriptor_;
  std::atomic<int64_t> next_ = 0;
  std::atomic<int64_t> failed_ = INT64_MAX;  // the earliest picture that can't be made
  Mutex mutex_;
  absl::Status error_ GUARDED_BY(mutex_);  // of that picture
};

absl::Status MakeFile(const PixelFile& file, const MakePicture& make) {
  fs::path temporary = file.path;
  temporary += ".partial";
  const Descriptor partial(temporary, O_RDWR | O_CREAT);
  if (partial.get() < 0 || flock(partial.get(), LOCK_EX) != 0) {
    return SystemError(temporary, errno);
  }
  if (IsWhole(file)) return absl::OkStatus();  // another process held the lock and made it
  const int64_t size = file.pictures * BytesOf(file.shape);
  if (const int code = posix_fallocate(partial.get(), 0, size); code != 0) {
    return SystemError(temporary, code);
  }
  absl::Status status = Production(file, make, partial.get()).Run();
  if (status.ok() && fsync(partial.get()) != 0) status = SystemError(temporary, errno);
  if (status.ok() && rename(temporary.c_str(), file.path.c_str()) != 0) {
    status = SystemError(file.path, errno);
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

}  // namespace

absl::StatusOr<at::Tensor> MapPixels(const PixelFile& file, const MakePicture& make) {
  if (!IsWhole(file)) {
    if (absl::Status status = MakeFile(file, make); !status.ok()) return status;
  }
  std::vector<int64_t> shape = file.shape;
  shape.insert(shape.begin(), file.pictures);
  return at::from_file(file.path.native(), /*shared=*/false, BytesOf(shape), at::kByte).view(shape);
}

}  // namespace geometer::trainer
