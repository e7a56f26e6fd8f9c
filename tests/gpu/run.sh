#!/usr/bin/env bash
# Runs small jobs on the CPU and on the GPU of this machine and compares what they measured.
#
#   tests/gpu/run.sh TREE     TREE: made by tests/gpu/make_tree.sh, on another machine if need be
#
# Needs python3 with torch==2.11.0 (the full wheel) and a GPU; no network, no compiler, no packages.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { printf 'gpu/run.sh: %s\n' "$*" >&2; exit 1; }

[[ $# -eq 1 ]] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
tree=$(cd "$1" && pwd)
trainer=$tree/bin/geometer-trainer
[[ -x $trainer ]] || fail "$tree has no bin/geometer-trainer: make it with tests/gpu/make_tree.sh"

# Found without importing torch, which would take seconds.
torch=$(python3 -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])' 2>/dev/null) ||
  fail "python3 has no torch: pip install torch==2.11.0"
version=$(sed -n "s/^__version__ = '\([0-9.]*\).*/\1/p" "$torch/version.py")
[[ $version == 2.11.0 ]] || fail "torch is $version; the trainer was built for 2.11.0"
[[ -e $torch/lib/libtorch_cuda.so ]] || fail "$torch has no CUDA libraries: install the full wheel"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# train JOB DEVICE
train() {
  LD_LIBRARY_PATH=$tree/lib:$torch/lib "$trainer" run "$here/$1.yaml" --out "$out/$1-$2" --set "resources.device=$2" \
    --data-sets "$tree/share/geometer/data" --quiet ||
    fail "$1 on $2 failed"
  sed -n 's/^ *"wall_seconds": \([0-9.]*\).*/\1/p' "$out/$1-$2/summary.json"
}

for job in mlp resnet; do
  cpu=$(train $job cpu)
  cuda=$(train $job cuda)
  printf '%s: cpu %.1f s, cuda %.1f s\n' "$job" "$cpu" "$cuda"
  python3 "$here/compare_points.py" "$out/$job-cpu/points.csv" "$out/$job-cuda/points.csv"
done
echo "GPU and CPU agree"
