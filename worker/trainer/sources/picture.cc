#include "worker/trainer/sources/picture.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>

#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

using geometry::Malformed;
using geometry::NamedBytes;

constexpr int64_t kMostPixels = 100'000'000;
constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kJpegMagic = "\xff\xd8\xff";

absl::Status Damaged(const NamedBytes& file, const std::string& how) {
  return Malformed(file, 0, "a PNG or JPEG picture", how);
}

absl::Status CheckSize(const NamedBytes& file, int64_t width, int64_t height) {
  if (width >= 1 && height >= 1 && width <= kMostPixels / height) return absl::OkStatus();
  return Damaged(file, absl::StrCat(width, " × ", height, " pixels"));
}

Picture Blank(int64_t width, int64_t height, int64_t channels) {
  return {width, height, channels, std::vector<uint8_t>(width * height * channels)};
}

struct FreePng {
  void operator()(png_image* image) const { png_image_free(image); }
};

absl::StatusOr<Picture> DecodePng(const NamedBytes& file, int64_t channels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, FreePng> scope(&image);
  if (png_image_begin_read_from_memory(&image, file.bytes.data(), file.bytes.size()) == 0) {
    return Damaged(file, image.message);
  }
  absl::Status status = CheckSize(file, image.width, image.height);
  if (!status.ok()) return status;
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  Picture picture = Blank(image.width, image.height, channels);
  const png_color black{};
  const int done = png_image_finish_read(&image, &black, picture.pixels.data(), 0, nullptr);
  if (done == 0) return Damaged(file, image.message);
  return picture;
}

struct CloseJpeg {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Jpeg = std::unique_ptr<void, CloseJpeg>;

const uint8_t* Bytes(const NamedBytes& file) {
  return reinterpret_cast<const uint8_t*>(file.bytes.data());
}

// Decodes into `picture`, which has the file's size, in the library's pixel format `format`.
absl::Status Decompress(const Jpeg& jpeg, const NamedBytes& file, int format, Picture& picture) {
  const int code = tjDecompress2(jpeg.get(), Bytes(file), file.bytes.size(), picture.pixels.data(),
                                 static_cast<int>(picture.width), 0,
                                 static_cast<int>(picture.height), format, TJFLAG_LIMITSCANS);
  return code == 0 ? absl::OkStatus() : Damaged(file, tjGetErrorStr2(jpeg.get()));
}

// Colours of ink, stored inverted as cameras' and Adobe's programs do, to those of light.
Picture FromInk(const Picture& ink, int64_t channels) {
  Picture light = Blank(ink.width, ink.height, channels);
  for (int64_t i = 0; i < ink.width * ink.height; ++i) {
    const uint8_t* from = &ink.pixels[4 * i];
    int rgb[3];
    for (int c = 0; c < 3; ++c) rgb[c] = from[c] * from[3] / 255;
    const int grey = (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000;
    for (int64_t c = 0; c < channels; ++c) {
      light.pixels[channels * i + c] = static_cast<uint8_t>(channels == 1 ? grey : rgb[c]);
    }
  }
  return light;
}

absl::StatusOr<Picture> DecodeJpeg(const NamedBytes& file, int64_t channels) {
  const Jpeg jpeg(tjInitDecompress());
  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (jpeg == nullptr || tjDecompressHeader3(jpeg.get(), Bytes(file), file.bytes.size(), &width,
                                             &height, &subsampling, &colours) != 0) {
    return Damaged(file, tjGetErrorStr2(jpeg.get()));
  }
  absl::Status status = CheckSize(file, width, height);
  if (!status.ok()) return status;
  const bool ink = colours == TJCS_CMYK || colours == TJCS_YCCK;
  Picture picture = Blank(width, height, ink ? 4 : channels);
  status = Decompress(jpeg, file, ink ? TJPF_CMYK : channels == 1 ? TJPF_GRAY : TJPF_RGB, picture);
  if (!status.ok()) return status;
  return ink ? FromInk(picture, channels) : picture;
}

// How a pixel is made of consecutive ones along one side.
struct Taps {
  int64_t first = 0;
  std::vector<float> weights;  // their sum is 1
};

// A pixel around `centre`, as the mean of those within `radius`, weighted by a triangle.
Taps TapsAt(double centre, double radius, int64_t length) {
  const auto first = std::max<int64_t>(0, std::llround(std::ceil(centre - radius - 0.5)));
  const auto last = std::min<int64_t>(length - 1, std::llround(std::floor(centre + radius - 0.5)));
  Taps taps{first, {}};
  for (int64_t j = first; j <= last; ++j) {
    const double distance = std::abs(static_cast<double>(j) + 0.5 - centre);
    taps.weights.push_back(static_cast<float>(1 - distance / radius));
  }
  const float sum = std::accumulate(taps.weights.begin(), taps.weights.end(), 0.0f);
  for (float& weight : taps.weights) weight /= sum;
  return taps;
}

// The `side` pixels in the middle of a side of `length`, scaled so that `unit` pixels become one.
std::vector<Taps> Scaling(int64_t length, int64_t side, double unit) {
  std::vector<Taps> taps(side);
  for (int64_t i = 0; i < side; ++i) {
    const double offset = static_cast<double>(2 * i + 1 - side) / 2 * unit;
    taps[i] = TapsAt(static_cast<double>(length) / 2 + offset, std::max(unit, 1.0), length);
  }
  return taps;
}

// One scaled row, of interleaved channels.
void ScaleRow(const uint8_t* row, const std::vector<Taps>& across, int64_t channels, float* to) {
  for (const Taps& taps : across) {
    for (int64_t c = 0; c < channels; ++c, ++to) {
      *to = 0;
      const uint8_t* from = row + taps.first * channels + c;
      for (const float weight : taps.weights) *to += weight * *from, from += channels;
    }
  }
}

uint8_t ToByte(float value) {
  return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

}  // namespace

absl::StatusOr<Picture> DecodePicture(const NamedBytes& file, int64_t channels) {
  if (file.bytes.starts_with(kPngMagic)) return DecodePng(file, channels);
  if (file.bytes.starts_with(kJpegMagic)) return DecodeJpeg(file, channels);
  return Damaged(file, "other bytes");
}

std::vector<uint8_t> FitSquare(const Picture& picture, int64_t side) {
  const double unit =
      static_cast<double>(std::min(picture.width, picture.height)) / static_cast<double>(side);
  const std::vector<Taps> across = Scaling(picture.width, side, unit);
  const int64_t row = side * picture.channels;
  std::vector<float> rows(picture.height * row);
  for (int64_t y = 0; y < picture.height; ++y) {
    ScaleRow(&picture.pixels[y * picture.width * picture.channels], across, picture.channels,
             &rows[y * row]);
  }
  std::vector<uint8_t> square(side * row);
  const std::vector<Taps> down = Scaling(picture.height, side, unit);
  for (int64_t y = 0; y < side; ++y) {
    for (int64_t i = 0; i < row; ++i) {
      float value = 0;
      const float* from = &rows[down[y].first * row + i];
      for (const float weight : down[y].weights) value += weight * *from, from += row;
      const int64_t x = i / picture.channels, c = i % picture.channels;
      square[(c * side + y) * side + x] = ToByte(value);
    }
  }
  return square;
}

}  // namespace geometer::trainer
