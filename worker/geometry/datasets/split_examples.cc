#include "worker/geometry/datasets/split_examples.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace geometer::geometry {
namespace {

struct PictureShape {
  int64_t channels, height, width;

  int64_t pixels() const { return channels * height * width; }
};

// Copies a row of `width` pixels through `view`, each by `convert`.
template <typename From, typename To, typename Convert>
void CopyRow(const From* from, To* to, int64_t width, const View& view, To black,
             const Convert& convert) {
  for (int64_t x = 0; x < width; ++x) {
    const int64_t seen = (view.mirrored ? width - 1 - x : x) + view.right;
    to[x] = seen >= 0 && seen < width ? convert(from[seen]) : black;
  }
}

// Copies one channel through `view`.
template <typename From, typename To, typename Convert>
void CopyPlane(const From* from, To* to, const PictureShape& shape, const View& view, To black,
               const Convert& convert) {
  for (int64_t y = 0; y < shape.height; ++y, to += shape.width) {
    const int64_t seen = y + view.down;
    if (seen < 0 || seen >= shape.height) {
      std::fill_n(to, shape.width, black);
    } else {
      CopyRow(from + seen * shape.width, to, shape.width, view, black, convert);
    }
  }
}

// Where a batch is copied from: `rows` say which pictures, `views` how they are seen.
struct Gathering {
  const at::Tensor& inputs;
  const at::Tensor& rows;
  std::span<const View> views;  // empty: as they are
  const at::Tensor& black;
};

// `convert(c, x)` is the value of a pixel x of channel c.
template <typename From, typename To, typename Convert>
void CopyPictures(const Gathering& from, const Convert& convert, at::Tensor& to) {
  const PictureShape shape{to.size(1), to.size(2), to.size(3)};
  const int64_t plane = shape.height * shape.width;
  const int64_t* rows = from.rows.const_data_ptr<int64_t>();
  const From* pictures = from.inputs.const_data_ptr<From>();
  const To* black = from.black.const_data_ptr<To>();
  To* target = to.mutable_data_ptr<To>();
  for (int64_t i = 0; i < to.size(0); ++i) {
    const View view = from.views.empty() ? View{} : from.views[i];
    const From* picture = pictures + rows[i] * shape.pixels();
    for (int64_t c = 0; c < shape.channels; ++c, target += plane) {
      CopyPlane(picture + c * plane, target, shape, view, black[c],
                [&](From x) { return convert(c, x); });
    }
  }
}

template <typename To>
void CopyReady(const Gathering& from, at::Tensor& to) {
  CopyPictures<To, To>(
      from, [](int64_t, To x) { return x; }, to);
}

template <typename To>
void CopyBytes(const Gathering& from, const at::Tensor& values, at::Tensor& to) {
  const To* table = values.const_data_ptr<To>();
  CopyPictures<uint8_t, To>(
      from, [=](int64_t c, uint8_t x) { return table[c * 256 + x]; }, to);
}

// What each byte becomes in each channel.
at::Tensor Values(const Normalization& map, int64_t channels, at::ScalarType dtype) {
  const at::Tensor bytes = at::arange(256, at::kByte).view({256, 1}).expand({256, channels});
  return Normalized(bytes, map, dtype).t().contiguous();
}

// `indices` of int64 numbers below `size`.
void CheckIndices(const at::Tensor& indices, int64_t size) {
  const int64_t* begin = indices.const_data_ptr<int64_t>();
  const auto inside = [size](int64_t index) { return index >= 0 && index < size; };
  TORCH_CHECK(std::all_of(begin, begin + indices.numel(), inside), "expected indices below ", size);
}

// Entries of an int64 tensor [N, …] with one number a row, or of rows, by this thread alone.
at::Tensor Gathered(const at::Tensor& values, const at::Tensor& indices) {
  std::vector<int64_t> shape = values.sizes().vec();
  shape[0] = indices.numel();
  at::Tensor out = at::empty(shape, values.options());
  const size_t row = values.numel() == 0 ? 0 : values.nbytes() / values.size(0);
  const auto* from = static_cast<const char*>(values.const_data_ptr());
  auto* to = static_cast<char*>(out.mutable_data_ptr());
  const int64_t* index = indices.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < indices.numel(); ++i) {
    std::copy_n(from + index[i] * row, row, to + i * row);
  }
  return out;
}

}  // namespace

SplitExamples::SplitExamples(Examples ready, at::Tensor black)
    : inputs_(std::move(ready.inputs)),
      targets_(std::move(ready.targets)),
      black_(std::move(black)) {}

SplitExamples::SplitExamples(at::Tensor bytes, at::Tensor rows, at::Tensor targets,
                             const Normalization& map, at::ScalarType dtype)
    : inputs_(std::move(bytes)), rows_(std::move(rows)), targets_(std::move(targets)) {
  TORCH_CHECK(inputs_.scalar_type() == at::kByte && inputs_.dim() == 4,
              "expected pictures of bytes, got ", inputs_.toString());
  values_ = Values(map, inputs_.size(1), dtype);
  black_ = values_.select(1, 0).contiguous();
}

Examples SplitExamples::All() const {
  if (is_ready()) return {inputs_, targets_};
  return Take(at::arange(size(), at::kLong));
}

Examples SplitExamples::Take(const at::Tensor& indices) const {
  if (is_ready()) return Examples{inputs_, targets_}.Select(indices);
  return Take(indices, {});
}

Examples SplitExamples::Take(const at::Tensor& indices, std::span<const View> views) const {
  TORCH_CHECK(inputs_.is_cpu() && inputs_.dim() == 4 && black_.defined(),
              "expected pictures on the CPU with a value for black");
  const at::Tensor order = indices.contiguous();
  CheckIndices(order, size());
  std::vector<int64_t> size = inputs_.sizes().vec();
  size[0] = order.numel();
  at::Tensor out = at::empty(size, black_.options());
  const Gathering from{inputs_, is_ready() ? order : Gathered(rows_, order), views, black_};
  const bool wide = black_.scalar_type() == at::kDouble;
  if (is_ready()) {
    wide ? CopyReady<double>(from, out) : CopyReady<float>(from, out);
  } else {
    wide ? CopyBytes<double>(from, values_, out) : CopyBytes<float>(from, values_, out);
  }
  return {out, Gathered(targets_, order)};
}

SplitExamples SplitExamples::Subset(const at::Tensor& indices) const {
  SplitExamples subset = *this;
  (is_ready() ? subset.inputs_ : subset.rows_) =
      (is_ready() ? inputs_ : rows_).index_select(0, indices);
  subset.targets_ = targets_.index_select(0, indices);
  return subset;
}

SplitExamples SplitExamples::WithTargets(const at::Tensor& targets) const {
  TORCH_CHECK(targets.size(0) == size(), "expected ", size(), " targets, got ", targets.size(0));
  SplitExamples changed = *this;
  changed.targets_ = targets;
  return changed;
}

SplitExamples SplitExamples::To(const at::Device& device) const {
  SplitExamples moved = *this;
  if (is_ready() && inputs_.defined()) {
    moved.inputs_ = inputs_.to(device);
    moved.targets_ = targets_.to(device);
  }
  return moved;
}

}  // namespace geometer::geometry
