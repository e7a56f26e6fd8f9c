#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace geometer::trainer {

// Writes `bytes`, compressed, to `path`; makes its folder.
void WriteGzip(const std::filesystem::path& path, const std::string& bytes);

// The contents of an IDX file of `count` random pictures of side × side, and of their labels.
std::string IdxImages(int count, int side);
std::string IdxLabels(int count);

// The contents of a CIFAR-10 file of `count` random pictures.
std::string Cifar10Records(int count);

// The contents of a CIFAR-100 file of `count` random pictures.
std::string Cifar100Records(int count);

// The contents of a MATLAB 5 file of SVHN with `count` random pictures; compressed as SVHN's are.
std::string SvhnMat(int count, bool compressed = true);

// An array of bytes as MATLAB 5 files hold it, `bytes` in the order of the first dimension.
std::string MatElement(const std::string& name, const std::vector<int>& dimensions,
                       const std::string& bytes);
std::string MatHeader();

// The contents of a file in NumPy's format, such as Npy("<f4", "(2, 3)", 24 bytes).
std::string Npy(const std::string& type, const std::string& shape, const std::string& bytes);

// The contents of picture files of random colours.
std::string PngPicture(int width, int height, uint32_t seed = 1);
std::string JpegPicture(int width, int height, uint32_t seed = 1);

// `count` random bytes.
std::string RandomBytes(size_t count, uint32_t seed);

// Writes `bytes` to `path` as they are; makes its folder.
void WriteBytes(const std::filesystem::path& path, const std::string& bytes);

// The contents of scikit-learn's digits.csv with random pictures.
std::string DigitsCsv();

// Writes <folder>/cifar10: 50 training and 10 test pictures.
void WriteCifar10(const std::filesystem::path& folder);

// Writes <folder>/mnist: 80 training and 20 test pictures of 8×8.
void WriteSmallMnist(const std::filesystem::path& folder);

}  // namespace geometer::trainer
