#!/usr/bin/env bash
# deploy/setup.sh changes nothing on a machine where nothing is missing, and says so.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[[ -e $root/.venv/.geometer-libtorch || -e $root/.venv/.geometer-libtorch-cuda ]] ||
  { echo "SKIPPED: needs deploy/setup.sh"; exit 77; }

output=$("$root/deploy/setup.sh")
[[ $output == *"packages are here"* ]] || { echo "FAILED: it installs packages again: $output"; exit 1; }
[[ $output != *installing* ]] || { echo "FAILED: it installs wheels again: $output"; exit 1; }

! "$root/deploy/setup.sh" --no-such-option 2>/dev/null || { echo "FAILED: it takes an unknown option"; exit 1; }
