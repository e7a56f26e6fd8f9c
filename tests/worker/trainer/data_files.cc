#include "tests/worker/trainer/data_files.h"

#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <fstream>
#include <random>

#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

std::string BigEndian32(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string LittleEndian32(uint32_t value) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

// A typed piece of a MATLAB 5 file, filled up to 8 bytes.
std::string MatPiece(uint32_t type, const std::string& data) {
  const std::string fill((8 - data.size() % 8) % 8, '\0');
  return LittleEndian32(type) + LittleEndian32(data.size()) + data + fill;
}

std::string Compressed(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size,
           reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  return out.substr(0, size);
}

}  // namespace

std::string RandomBytes(size_t count, uint32_t seed) {
  std::mt19937 generator(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator());
  return bytes;
}

void WriteBytes(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::trunc) << bytes;
}

std::string Cifar100Records(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes += {static_cast<char>(i % 20), static_cast<char>(i % 100)};
    bytes += RandomBytes(3072, i);
  }
  return bytes;
}

std::string MatHeader() {
  std::string header = "MATLAB 5.0 MAT-file";
  header.resize(124, ' ');
  return header + std::string("\0\1IM", 4);
}

std::string MatElement(const std::string& name, const std::vector<int>& dimensions,
                       const std::string& bytes) {
  std::string sizes;
  for (const int size : dimensions) sizes += LittleEndian32(size);
  const std::string flags = LittleEndian32(9) + LittleEndian32(0);
  return MatPiece(14,
                  MatPiece(6, flags) + MatPiece(5, sizes) + MatPiece(1, name) + MatPiece(2, bytes));
}

std::string SvhnMat(int count, bool compressed) {
  std::string labels;
  for (int i = 0; i < count; ++i) labels += static_cast<char>(1 + i % 10);
  std::string file = MatHeader();
  for (const std::string& element :
       {MatElement("X", {32, 32, 3, count}, RandomBytes(3072 * count, 5)),
        MatElement("y", {count, 1}, labels)}) {
    const std::string small = Compressed(element);
    file += compressed ? LittleEndian32(15) + LittleEndian32(small.size()) + small : element;
  }
  return file;
}

std::string Npy(const std::string& type, const std::string& shape, const std::string& bytes) {
  const std::string header =
      absl::StrCat("{'descr': '", type, "', 'fortran_order': False, 'shape': ", shape, ", }\n");
  const std::string prefix = "\x93NUMPY" + std::string("\1\0", 2);
  return prefix + LittleEndian32(header.size()).substr(0, 2) + header + bytes;
}

std::string PngPicture(int width, int height, uint32_t seed) {
  const std::string pixels = RandomBytes(static_cast<size_t>(width) * height * 3, seed);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string bytes(size, '\0');
  png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr);
  return bytes.substr(0, size);
}

std::string JpegPicture(int width, int height, uint32_t seed) {
  const std::string pixels = RandomBytes(static_cast<size_t>(width) * height * 3, seed);
  unsigned char* out = nullptr;
  unsigned long size = 0;  // NOLINT: the library's type
  const tjhandle handle = tjInitCompress();
  tjCompress2(handle, reinterpret_cast<const unsigned char*>(pixels.data()), width, 0, height,
              TJPF_RGB, &out, &size, TJSAMP_444, /*jpegQual=*/90, 0);
  std::string bytes(reinterpret_cast<char*>(out), size);
  tjFree(out);
  tjDestroy(handle);
  return bytes;
}

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

void WriteCifar10(const std::filesystem::path& folder) {
  for (int i = 1; i <= 5; ++i) {
    WriteGzip(folder / absl::StrCat("cifar10/data_batch_", i, ".bin.gz"), Cifar10Records(10));
  }
  WriteGzip(folder / "cifar10/test_batch.bin.gz", Cifar10Records(10));
}

void WriteSmallMnist(const std::filesystem::path& folder) {
  const std::filesystem::path mnist = folder / "mnist";
  WriteGzip(mnist / "train-images-idx3-ubyte.gz", IdxImages(80, 8));
  WriteGzip(mnist / "train-labels-idx1-ubyte.gz", IdxLabels(80));
  WriteGzip(mnist / "t10k-images-idx3-ubyte.gz", IdxImages(20, 8));
  WriteGzip(mnist / "t10k-labels-idx1-ubyte.gz", IdxLabels(20));
}

}  // namespace geometer::trainer
