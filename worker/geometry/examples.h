#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace geometer::geometry {

// The label of examples that are drawn from a reference law instead of the data.
constexpr int64_t kReferenceLabel = -1;

// Inputs with their targets: a split, a batch, or the sample of a probe. Copies share storage.
struct Examples {
  at::Tensor inputs;   // [N, …]; images are [N, channels, height, width]
  at::Tensor targets;  // [N] int64 class labels, or [N, K] values in the inputs' dtype

  int64_t size() const { return inputs.size(0); }

  // The examples begin … end−1, without a copy. An `end` past the last example is cut.
  Examples Slice(int64_t begin, int64_t end) const;

  // The examples at `indices` (shape [n], int64, any device), copied in that order.
  Examples Select(const at::Tensor& indices) const;

  // The same examples on `device`.
  Examples To(const at::Device& device) const;
};

// Cuts `examples` into consecutive views of `size` examples, the last one maybe shorter.
std::vector<Examples> Chunks(const Examples& examples, int64_t size);

// What is found of each example, gathered chunk by chunk into one tensor [N, …].
//
// In place: small results kept one by one would lie between the large blocks that the chunks'
// computations free, and the process would grow with the sample.
class ExampleRows {
 public:
  explicit ExampleRows(int64_t examples) : examples_(examples) {}

  // Takes the rows of the next examples, [n, …], n in all at most N.
  void Append(const at::Tensor& rows);

  bool empty() const { return appended_ == 0; }

  // The rows of all N examples, every one of which must have been appended.
  const at::Tensor& all() const;

 private:
  int64_t examples_;
  int64_t appended_ = 0;
  at::Tensor rows_;
};

}  // namespace geometer::geometry
