#pragma once

#include <filesystem>
#include <string>

namespace geometer::trainer {

// Writes `bytes`, compressed, to `path`; makes its folder.
void WriteGzip(const std::filesystem::path& path, const std::string& bytes);

// The contents of an IDX file of `count` random pictures of side × side, and of their labels.
std::string IdxImages(int count, int side);
std::string IdxLabels(int count);

// The contents of a CIFAR-10 file of `count` random pictures.
std::string Cifar10Records(int count);

// The contents of scikit-learn's digits.csv with random pictures.
std::string DigitsCsv();

// Writes <folder>/mnist: 80 training and 20 test pictures of 8×8.
void WriteSmallMnist(const std::filesystem::path& folder);

}  // namespace geometer::trainer
