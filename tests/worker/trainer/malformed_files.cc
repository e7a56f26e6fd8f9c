#include "tests/worker/trainer/malformed_files.h"

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

ValidDataset Emnist() {
  const std::string prefix = "emnist/emnist-balanced-";
  return {"emnist: {train: 64, validation: 16, test: 20}",
          {{prefix + "train-images-idx3-ubyte.gz", IdxImages(80, 8)},
           {prefix + "train-labels-idx1-ubyte.gz", IdxLabels(80)},
           {prefix + "test-images-idx3-ubyte.gz", IdxImages(20, 8)},
           {prefix + "test-labels-idx1-ubyte.gz", IdxLabels(20)}}};
}

ValidDataset Cifar100() {
  return {"cifar100: {train: 8, validation: 2, test: 2}",
          {{"cifar100/train.bin.gz", Cifar100Records(11)},
           {"cifar100/test.bin.gz", Cifar100Records(2)}}};
}

ValidDataset Svhn() {
  return {"svhn: {train: 8, validation: 2, test: 2}",
          {{"svhn/train_32x32.mat", SvhnMat(10)},
           {"svhn/test_32x32.mat", SvhnMat(2, /*compressed=*/false)}},
          /*compressed=*/false};
}

ValidDataset Csv() {
  return {"csv: {folder: own, class_count: 2, target: size, train: 2, test: 1}",
          {{"own/table.csv", "a,size,b\n0.5,1,2\n1,0,-3e1\n4,1,5\n"}},
          /*compressed=*/false};
}

ValidDataset NpyArrays() {
  return {"npy: {folder: own, class_count: 2, train: 2, validation: 1, test: 1}",
          {{"own/inputs.npy", Npy("|u1", "(4, 1, 2, 3)", RandomBytes(24, 1))},
           {"own/targets.npy", Npy("<i8", "(4,)", std::string(32, '\0'))}},
          /*compressed=*/false};
}

ValidDataset ImageFolder() {
  return {"image_folder: {folder: own, size: 4, train: 2, validation: 1, test: 1}",
          {{"own/train/cat/1.png", PngPicture(5, 7)},
           {"own/train/cat/2.jpg", JpegPicture(9, 4)},
           {"own/train/dog/1.JPEG", JpegPicture(4, 4)},
           {"own/test/dog/1.png", PngPicture(12, 6)}},
          /*compressed=*/false};
}

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

std::vector<Damage> SvhnDamages(const std::string& bytes) {
  const std::string header = MatHeader(), x = MatElement("X", {32, 32, 3, 1}, std::string(3072, 1));
  const auto labels = [](const std::string& values) {
    return MatElement("y", {static_cast<int>(values.size()), 1}, values);
  };
  return {
      {"WrongMagic", With(bytes, 126, 'M')},
      {"WrongType", With(bytes, 128, 3)},
      {"HugeElement", With(bytes, 135, '\x7f')},
      {"DamagedCompression", With(bytes, 1000, static_cast<char>(~bytes[1000]))},
      {"NoLabels", header + x},
      {"NoArrays", header},
      {"Label0", header + x + labels(std::string(1, 0))},
      {"Label11", header + x + labels(std::string(1, 11))},
      {"MoreLabels", header + x + labels("\1\2")},
      {"OtherPictures",
       header + MatElement("X", {32, 3, 32, 1}, std::string(3072, 1)) + labels("\1")},
      {"DimensionsBeyondValues", header + MatElement("X", {32, 32, 3, 1 << 30}, "") + labels("\1")},
      {"NegativeDimension",
       header + MatElement("X", {-32, -32, 3, 1}, std::string(3072, 1)) + labels("\1")},
      {"NineDimensions", header + MatElement("X", std::vector<int>(9, 1), "1") + labels("\1")}};
}

std::vector<Damage> NpyDamages(const std::string& bytes) {
  return {{"Version3", With(bytes, 6, 3)},
          {"HugeHeader", With(bytes, 9, '\xff')},
          {"ThreeDimensions", Npy("|u1", "(4, 2, 3)", RandomBytes(24, 1))},
          {"NotFinite", Npy("<f4", "(4,)", std::string(16, '\xff'))},
          {"NoRows", Npy("<f4", "(0, 3)", "")}};
}

std::vector<Damage> PictureDamages(const std::string& png, const std::string& jpeg) {
  const std::string huge_sides("\x7f\xff\xff\xff\x7f\xff\xff\xff", 8);
  return {{"Empty", ""},
          {"HalfPng", png.substr(0, png.size() / 2)},
          {"PngMagic", png.substr(0, 8)},
          {"HugePng", png.substr(0, 16) + huge_sides + png.substr(24)},
          {"PngNoise", png.substr(0, 60) + RandomBytes(200, 3)},
          {"HalfJpeg", jpeg.substr(0, jpeg.size() / 2)},
          {"JpegMagic", jpeg.substr(0, 3)},
          {"JpegNoise", jpeg.substr(0, 200) + RandomBytes(200, 3)},
          {"Text", "<html>404 Not Found</html>"}};
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
    files.push_back({kind + title, valid, valid.files[i].first, bytes, valid.compressed});
  }
}

}  // namespace

v1::Dataset ValidDataset::Spec() const { return Job(absl::StrCat("data: {", yaml, "}")).data(0); }

void ValidDataset::Write(const std::filesystem::path& folder) const {
  for (const auto& [name, content] : files) {
    compressed ? WriteGzip(folder / name, content) : WriteBytes(folder / name, content);
  }
}

void MalformedFile::Write(const std::filesystem::path& folder) const {
  valid.Write(folder);
  if (compressed) {
    WriteGzip(folder / name, bytes);
  } else {
    WriteBytes(folder / name, bytes);
  }
}

std::vector<ValidDataset> ValidDatasets() {
  return {Digits(), Idx("mnist"), Idx("fashion_mnist"), Idx("kmnist"),
          Emnist(), Cifar10(),    Cifar100(),           Svhn(),
          Csv(),    NpyArrays(),  ImageFolder()};
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
  const ValidDataset cifar100 = Cifar100(), svhn = Svhn(), csv = Csv(), npy = NpyArrays();
  Add("Cifar100", cifar100, 0, AnyFile(cifar100.files[0].second), files);
  Add("Cifar100", cifar100, 1, {{"Label20", With(cifar100.files[1].second, 0, 20)}}, files);
  Add("Svhn", svhn, 0, AnyFile(svhn.files[0].second), files);
  Add("Svhn", svhn, 1, SvhnDamages(svhn.files[0].second), files);
  Add("Csv", csv, 0,
      {{"Empty", ""}, {"Text", "<html>404 Not Found</html>"}, {"OtherColumn", "a,b\n1,2\n"}},
      files);
  Add("Npy", npy, 0, AnyFile(npy.files[0].second), files);
  Add("Npy", npy, 0, NpyDamages(npy.files[0].second), files);
  const ValidDataset folder = ImageFolder();
  Add("Picture", folder, 1, PictureDamages(folder.files[0].second, folder.files[1].second), files);
  std::erase_if(files, [](const MalformedFile& file) {
    return file.title == "Cifar10Twice" || file.title == "Cifar100Twice";
  });
  const std::string gzip_magic = "\x1f\x8b\x08";
  files.push_back({"GzipHeaderOnly", mnist, mnist.files[0].first, gzip_magic, false});
  files.push_back(
      {"GzipNoise", mnist, mnist.files[0].first, gzip_magic + std::string(200, 'z'), false});
  return files;
}

}  // namespace geometer::trainer
