#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "worker/geometry/datasets/augmentation.h"
#include "worker/geometry/datasets/normalization.h"
#include "worker/geometry/examples.h"

namespace geometer::geometry {

// One split of a data set: examples that are ready for a network, or bytes, maybe in a mapped file,
// that become so when they are taken. Copies share storage. Thread-safe once constructed.
//
// Taking copies in the calling thread alone, so that threads which load batches start no others;
// only ready examples without views are gathered by LibTorch, on their device.
class SplitExamples {
 public:
  SplitExamples() = default;

  // Ready examples. `black` ([channels], in the inputs' type) is what a pixel of 0 became; needed
  // only to take views.
  SplitExamples(Examples ready, at::Tensor black = {});  // NOLINT: examples are a split

  // The rows `rows` (int64 [N]) of `bytes` (uint8 [M, channels, height, width]), normalised by
  // `map` as they are taken, in `dtype`; `targets` are those of the rows.
  SplitExamples(at::Tensor bytes, at::Tensor rows, at::Tensor targets, const Normalization& map,
                at::ScalarType dtype);

  int64_t size() const { return targets_.defined() ? targets_.size(0) : 0; }
  at::IntArrayRef shape() const { return inputs_.sizes().slice(1); }  // of one input
  const at::Tensor& targets() const { return targets_; }
  bool is_ready() const { return !rows_.defined(); }
  const at::Tensor& black() const { return black_; }  // [channels]; undefined where not known

  // All examples: without a copy where they are ready, else converted whole.
  Examples All() const;

  // The examples at `indices` (int64 [n]), copied in that order.
  Examples Take(const at::Tensor& indices) const;

  // The same, each picture seen through its view. CPU only.
  Examples Take(const at::Tensor& indices, std::span<const View> views) const;

  // The split of the examples at `indices` alone, in that order; bytes are shared, not copied.
  SplitExamples Subset(const at::Tensor& indices) const;

  // The same inputs with other targets, as many.
  SplitExamples WithTargets(const at::Tensor& targets) const;

  // The split with its ready examples on `device`; bytes stay where they are.
  SplitExamples To(const at::Device& device) const;

 private:
  at::Tensor inputs_;  // ready inputs, or bytes
  at::Tensor rows_;    // of the bytes; undefined where inputs are ready
  at::Tensor targets_;
  at::Tensor values_;  // what each byte becomes in each channel, [channels, 256]
  at::Tensor black_;   // [channels]
};

}  // namespace geometer::geometry
