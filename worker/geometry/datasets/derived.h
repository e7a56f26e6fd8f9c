#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "worker/geometry/datasets/dataset.h"

namespace geometer::geometry {

// Data sets made of another one, split by split: the tasks of multitask and continual learning.

// The examples of `classes`, in their order. With `renumber` the labels become the classes' places
// in that list, else they stay. InvalidArgument-like: throws std::invalid_argument where the data
// have no classes or a class is not among them. Cost: bytes are shared, ready examples copied.
Dataset OfClasses(const Dataset& data, const std::vector<int64_t>& classes, bool renumber);

// Every input with its values in another order: one random order (stream "permuted/<name>") for
// all. Holds all examples as ready ones.
Dataset Permuted(const Dataset& data, uint64_t seed, std::string_view name);

// Every picture turned by `degrees` counter-clockwise about its centre; black where nothing was.
// Multiples of 90° of square pictures are exact, else values are interpolated linearly. Holds all
// examples as ready ones. Throws std::invalid_argument where inputs are no pictures.
Dataset Rotated(const Dataset& data, double degrees);

}  // namespace geometer::geometry
