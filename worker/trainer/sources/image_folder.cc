#include "worker/trainer/sources/image_folder.h"

#include <ATen/ops/tensor.h>
#include <openssl/sha.h>

#include <algorithm>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "worker/trainer/files.h"
#include "worker/trainer/sources/picture.h"
#include "worker/trainer/sources/pixel_file.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFileBytes = 256 << 20;

// Pictures of one split, in order, with the classes that their folders name.
struct Listing {
  std::vector<fs::path> files;
  std::vector<std::string> classes;  // of each file
};

std::vector<fs::path> SortedEntries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) entries.push_back(entry.path());
  std::ranges::sort(entries);
  return entries;
}

bool IsPicture(const fs::path& path) {
  const std::string extension = absl::AsciiStrToLower(path.extension().string());
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

Listing List(const fs::path& folder) {
  Listing listing;
  for (const fs::path& entry : SortedEntries(folder)) {
    for (const fs::path& file : SortedEntries(entry)) {
      if (!IsPicture(file)) continue;
      listing.files.push_back(file);
      listing.classes.push_back(entry.filename().string());
    }
  }
  return listing;
}

// The numbers of the classes that have training pictures, by name.
std::map<std::string, int64_t> NumberedClasses(const Listing& train) {
  std::map<std::string, int64_t> numbers;
  for (const std::string& name : train.classes) numbers[name] = 0;
  int64_t number = 0;
  for (auto& [name, value] : numbers) value = number++;
  return numbers;
}

absl::StatusOr<at::Tensor> Labels(const Listing& listing,
                                  const std::map<std::string, int64_t>& numbers) {
  std::vector<int64_t> labels;
  for (size_t i = 0; i < listing.files.size(); ++i) {
    const auto found = numbers.find(listing.classes[i]);
    if (found == numbers.end()) {
      return geometry::Malformed({listing.files[i].parent_path().string(), {}}, 0,
                                 "a class with training pictures", "none");
    }
    labels.push_back(found->second);
  }
  return at::tensor(labels, at::kLong);
}

// A digest of names, sizes and times of change.
std::string Digest(const std::vector<fs::path>& files, const fs::path& folder) {
  std::string lines;
  std::error_code ignored;
  for (const fs::path& file : files) {
    absl::StrAppend(&lines, fs::relative(file, folder, ignored).string(), "\n",
                    fs::file_size(file, ignored), " ",
                    fs::last_write_time(file, ignored).time_since_epoch().count(), "\n");
  }
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(lines.data()), lines.size(), hash);
  constexpr size_t kShown = 8;
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(hash), kShown));
}

// "birds.64x3.": what the pixel files of the folder at this size begin with.
std::string Prefix(const ImageFolder& folder) {
  return absl::StrCat(folder.path.filename().string(), ".", folder.side, "x", folder.channels, ".");
}

void DeleteOlder(const ImageFolder& folder, const fs::path& current) {
  std::error_code ignored;
  for (const fs::path& file : SortedEntries(current.parent_path())) {
    const bool alike = absl::StartsWith(file.filename().string(), Prefix(folder)) &&
                       file.extension() == current.extension();
    if (alike && file != current) fs::remove(file, ignored);
  }
}

absl::StatusOr<std::vector<uint8_t>> Decode(const fs::path& path, const ImageFolder& folder) {
  const auto bytes = ReadFile(path, kMaxFileBytes);
  if (!bytes.ok()) return bytes.status();
  const auto picture = DecodePicture({path.string(), *bytes}, folder.channels);
  if (!picture.ok()) return picture.status();
  return FitSquare(*picture, folder.side);
}

absl::StatusOr<at::Tensor> Pixels(const ImageFolder& folder, const std::vector<fs::path>& files) {
  const std::string name = absl::StrCat(Prefix(folder), Digest(files, folder.path), ".pixels");
  const PixelFile pixels{folder.path.parent_path() / name,
                         static_cast<int64_t>(files.size()),
                         {folder.channels, folder.side, folder.side},
                         std::max(folder.threads, 1)};
  auto mapped = MapPixels(pixels, [&](int64_t i) { return Decode(files[i], folder); });
  if (mapped.ok()) DeleteOlder(folder, pixels.path);
  return mapped;
}

}  // namespace

absl::StatusOr<geometry::RawDataset> OpenImageFolder(const ImageFolder& folder) {
  const Listing train = List(folder.path / "train"), test = List(folder.path / "test");
  if (train.files.empty()) {
    return absl::NotFoundError(absl::StrCat((folder.path / "train").string(),
                                            " has no pictures: put them into <class>/*.png or "
                                            "*.jpg there"));
  }
  const std::map<std::string, int64_t> numbers = NumberedClasses(train);
  const auto train_labels = Labels(train, numbers), test_labels = Labels(test, numbers);
  if (!train_labels.ok()) return train_labels.status();
  if (!test_labels.ok()) return test_labels.status();
  std::vector<fs::path> files = train.files;
  files.insert(files.end(), test.files.begin(), test.files.end());
  const auto pixels = Pixels(folder, files);
  if (!pixels.ok()) return pixels.status();

  const auto trained = static_cast<int64_t>(train.files.size());
  geometry::RawDataset data{folder.path.filename(),
                            {pixels->slice(0, 0, trained), *train_labels},
                            {pixels->slice(0, trained), *test_labels},
                            static_cast<int64_t>(numbers.size()),
                            255};
  data.in_file = true;
  return data;
}

}  // namespace geometer::trainer
