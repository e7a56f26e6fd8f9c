#!/usr/bin/env bash
# Makes the tree that tests/gpu/run.sh takes to a machine with a GPU: the installed programs, the shared
# libraries that such a machine lacks, the digits. Needs a release build and deploy/data.sh digits.
#
#   tests/gpu/make_tree.sh TREE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ $# -eq 1 ]] || { sed -n '2,5s/^# \{0,1\}//p' tests/gpu/make_tree.sh >&2; exit 2; }
tree=$1
data=${GEOMETER_DATA_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/geometer/data}

cmake --install build/release --prefix "$tree" --strip >/dev/null
cmake --install build/release --prefix "$tree" --component bundle >/dev/null
mkdir -p "$tree/share/geometer/data/digits"
cp "$data/digits/digits.csv.gz" "$tree/share/geometer/data/digits/"
du -sh "$tree"
