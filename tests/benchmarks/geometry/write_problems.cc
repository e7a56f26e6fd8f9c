// Trains the two networks and writes them, with their samples, for the benchmark and its peers:
//
//   geometry_problems DATA FOLDER
#include <cstdio>
#include <exception>

#include "tests/benchmarks/geometry/problems.h"
#include "worker/trainer/environment.h"

int main(int argc, char** argv) try {
  if (argc != 3) throw std::invalid_argument("usage: geometry_problems DATA FOLDER");
  geometer::trainer::MakeDeterministic(/*threads=*/2);
  for (const char* name : {"mlp", "conv"}) {
    geometer::geometry::Write(geometer::geometry::Train(name, argv[1]), argv[2]);
  }
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "geometry_problems: %s\n", error.what());
  return 1;
}
