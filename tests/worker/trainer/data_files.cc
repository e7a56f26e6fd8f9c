#include "tests/worker/trainer/data_files.h"

#include <zlib.h>

#include <random>

#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

std::string BigEndian32(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string RandomBytes(size_t count, uint32_t seed) {
  std::mt19937 generator(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator());
  return bytes;
}

}  // namespace

void WriteGzip(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  gzFile file = gzopen(path.c_str(), "wb1");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

std::string IdxImages(int count, int side) {
  return BigEndian32(0x803) + BigEndian32(count) + BigEndian32(side) + BigEndian32(side) +
         RandomBytes(static_cast<size_t>(count) * side * side, 1);
}

std::string IdxLabels(int count) {
  std::string bytes = BigEndian32(0x801) + BigEndian32(count);
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
  return bytes;
}

std::string Cifar10Records(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(i % 10) + RandomBytes(3072, i);
  return bytes;
}

std::string DigitsCsv() {
  std::mt19937 generator(1);
  std::string text;
  for (int line = 0; line < 1797; ++line) {
    for (int i = 0; i < 64; ++i) absl::StrAppend(&text, generator() % 17, ",");
    absl::StrAppend(&text, line % 10, "\n");
  }
  return text;
}

void WriteSmallMnist(const std::filesystem::path& folder) {
  const std::filesystem::path mnist = folder / "mnist";
  WriteGzip(mnist / "train-images-idx3-ubyte.gz", IdxImages(80, 8));
  WriteGzip(mnist / "train-labels-idx1-ubyte.gz", IdxLabels(80));
  WriteGzip(mnist / "t10k-images-idx3-ubyte.gz", IdxImages(20, 8));
  WriteGzip(mnist / "t10k-labels-idx1-ubyte.gz", IdxLabels(20));
}

}  // namespace geometer::trainer
