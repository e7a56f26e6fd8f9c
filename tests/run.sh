#!/usr/bin/env bash
# Sets up, builds and runs the tests; ends with CTest's summary and its exit status.
#
#   tests/run.sh                     every test but the slow ones
#   tests/run.sh --slow              the slow ones too
#   tests/run.sh --label L           tests with label L (fast, slow, oracle, deploy, …)
#   tests/run.sh --filter RE         tests whose name matches RE
#   tests/run.sh --sanitize asan     under AddressSanitizer and UndefinedBehaviorSanitizer; or tsan
#   tests/run.sh … -- ARGUMENT…      further arguments for ctest
#
# Tests that need MNIST or CIFAR-10 are reported as skipped unless GEOMETER_DATA_MIRROR names a mirror.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { sed -n '2,11s/^# \{0,1\}//p' tests/run.sh; }
refuse() { echo "run.sh: $* (see --help)" >&2; exit 2; }

preset=release selection=(-LE slow)
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --slow) selection=(); shift ;;
    --label) selection=(-L "${2:?--label needs a label}"); shift 2 ;;
    --filter) selection+=(-R "${2:?--filter needs a regular expression}"); shift 2 ;;
    --sanitize) preset=${2:?--sanitize needs asan or tsan}; shift 2 ;;
    --) shift; break ;;
    *) refuse "unknown option $1" ;;
  esac
done
[[ $preset =~ ^(release|asan|tsan)$ ]] || refuse "--sanitize takes asan or tsan"

deploy/setup.sh
deploy/data.sh digits fashion_mnist
[[ -z ${GEOMETER_DATA_MIRROR:-} ]] || deploy/data.sh mnist cifar10

log=build/$preset.log
mkdir -p build
echo "building $preset (log: $log)"
if ! { cmake --preset "$preset" && cmake --build --preset "$preset"; } >"$log" 2>&1; then
  grep -n -A 12 -E 'error|FAILED|Error' "$log" | head -n 60 >&2 || true
  echo "run.sh: the build failed; the whole log is $log" >&2
  exit 1
fi

suppressions=$PWD/tests/sanitizers
# Stacks of every allocation, and freed memory that is kept, are most of what AddressSanitizer costs here: LibTorch
# has no frame pointers, so each of its stacks is new. A report of two frames can be had again with more.
export ASAN_OPTIONS=detect_leaks=1:malloc_context_size=2:quarantine_size_mb=16:${ASAN_OPTIONS:-}
export LSAN_OPTIONS=suppressions=$suppressions/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=suppressions=$suppressions/tsan.supp

# Two at a time: some tests start a server, workers and trainers of their own.
exec ctest --test-dir "build/$preset" --output-on-failure -j 2 "${selection[@]}" "$@"
