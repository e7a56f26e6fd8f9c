#include "tests/worker/trainer/malformed_files.h"

#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"

namespace geometer::trainer {
namespace {

constexpr char kImages[] = "/train-images-idx3-ubyte.gz";
constexpr char kLabels[] = "/train-labels-idx1-ubyte.gz";

ValidDataset Idx(const std::string& name) {
  return {absl::StrCat(name, ": {train: 64, validation: 16, test: 20}"),
          {{name + kImages, IdxImages(80, 8)},
           {name + kLabels, IdxLabels(80)},
           {name + "/t10k-images-idx3-ubyte.gz", IdxImages(20, 8)},
           {name + "/t10k-labels-idx1-ubyte.gz", IdxLabels(20)}}};
}

ValidDataset Cifar10() {
  ValidDataset valid{"cifar10: {train: 8, validation: 2, test: 2}", {}};
  for (int i = 1; i <= 5; ++i) {
    valid.files.emplace_back(absl::StrCat("cifar10/data_batch_", i, ".bin.gz"), Cifar10Records(3));
  }
  valid.files.emplace_back("cifar10/test_batch.bin.gz", Cifar10Records(2));
  return valid;
}

ValidDataset Digits() { return {"digits: {}", {{"digits/digits.csv.gz", DigitsCsv()}}}; }

std::string With(std::string bytes, size_t place, char value) {
  bytes[place] = value;
  return bytes;
}

using Damage = std::pair<std::string, std::string>;  // title, bytes

// Damages that fit any file: the content is cut or grown.
std::vector<Damage> AnyFile(const std::string& bytes) {
  return {{"Empty", ""},
          {"OneByte", bytes.substr(0, 1)},
          {"Half", bytes.substr(0, bytes.size() / 2)},
          {"OneByteShort", bytes.substr(0, bytes.size() - 1)},
          {"OneByteLong", bytes + "x"},
          {"Twice", bytes + bytes},
          {"Text", "<html>404 Not Found</html>"}};
}

std::vector<Damage> IdxImagesDamages(const std::string& bytes) {
  return {{"WrongMagic", With(bytes, 3, 1)},   {"HugeCount", With(bytes, 4, '\xff')},
          {"OneMore", With(bytes, 7, 81)},     {"OneLess", With(bytes, 7, 79)},
          {"NoRows", With(bytes, 11, 0)},      {"HugeRows", With(bytes, 8, '\x7f')},
          {"NoColumns", With(bytes, 15, 0)},   {"HugeColumns", With(bytes, 12, '\xff')},
          {"HeaderOnly", bytes.substr(0, 16)}, {"HalfHeader", bytes.substr(0, 10)}};
}

std::vector<Damage> IdxLabelsDamages(const std::string& bytes) {
  return {{"WrongMagic", With(bytes, 3, 3)},
          {"HugeCount", With(bytes, 4, '\xff')},
          {"Label10", With(bytes, 20, 10)},
          {"Label255", With(bytes, 87, '\xff')},
          {"FewerThanPictures", IdxLabels(79)}};
}

std::vector<Damage> Cifar10Damages(const std::string& bytes) {
  return {{"Label10", With(bytes, 0, 10)}, {"Label255", With(bytes, 3073, '\xff')}};
}

std::vector<Damage> DigitsDamages(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n') + 1);
  const std::string rest = text.substr(line.size());
  return {{"Pixel17", "17," + text.substr(text.find(',') + 1)},
          {"Negative", "-" + text},
          {"Fraction", "0.5" + text.substr(text.find(','))},
          {"Semicolon", With(text, text.find(','), ';')},
          {"Label10", line.substr(0, line.size() - 2) + "10\n" + rest},
          {"EmptyLine", "\n" + rest},
          {"Header", "a,b,c\n" + text},
          {"MissingField", text.substr(text.find(',') + 1)},
          {"Zero", With(text, 0, '\0')}};
}

// Adds `damages` to the file number `i` of `valid`.
void Add(const std::string& kind, const ValidDataset& valid, size_t i,
         const std::vector<Damage>& damages, std::vector<MalformedFile>& files) {
  for (const auto& [title, bytes] : damages) {
    files.push_back({kind + title, valid, valid.files[i].first, bytes});
  }
}

}  // namespace

v1::Dataset ValidDataset::Spec() const { return Job(absl::StrCat("data: {", yaml, "}")).data(0); }

void ValidDataset::Write(const std::filesystem::path& folder) const {
  for (const auto& [name, content] : files) WriteGzip(folder / name, content);
}

void MalformedFile::Write(const std::filesystem::path& folder) const {
  valid.Write(folder);
  if (compressed) {
    WriteGzip(folder / name, bytes);
  } else {
    std::ofstream(folder / name, std::ios::trunc) << bytes;
  }
}

std::vector<ValidDataset> ValidDatasets() {
  return {Digits(), Idx("mnist"), Idx("fashion_mnist"), Cifar10()};
}

std::vector<MalformedFile> MalformedFiles() {
  const ValidDataset mnist = Idx("mnist"), fashion = Idx("fashion_mnist");
  const ValidDataset cifar10 = Cifar10(), digits = Digits();
  std::vector<MalformedFile> files;
  Add("Images", mnist, 0, AnyFile(mnist.files[0].second), files);
  Add("Images", mnist, 0, IdxImagesDamages(mnist.files[0].second), files);
  Add("Labels", mnist, 1, AnyFile(mnist.files[1].second), files);
  Add("Labels", mnist, 1, IdxLabelsDamages(mnist.files[1].second), files);
  Add("TestImages", fashion, 2, {{"OtherSize", IdxImages(20, 9)}}, files);
  Add("Cifar10", cifar10, 2, AnyFile(cifar10.files[2].second), files);
  Add("Cifar10", cifar10, 5, Cifar10Damages(cifar10.files[5].second), files);
  Add("Digits", digits, 0, AnyFile(digits.files[0].second), files);
  Add("Digits", digits, 0, DigitsDamages(digits.files[0].second), files);
  std::erase_if(files, [](const MalformedFile& file) { return file.title == "Cifar10Twice"; });
  const std::string gzip_magic = "\x1f\x8b\x08";
  files.push_back({"GzipHeaderOnly", mnist, mnist.files[0].first, gzip_magic, false});
  files.push_back(
      {"GzipNoise", mnist, mnist.files[0].first, gzip_magic + std::string(200, 'z'), false});
  return files;
}

}  // namespace geometer::trainer
