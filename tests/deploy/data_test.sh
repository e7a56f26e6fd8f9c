#!/usr/bin/env bash
# deploy/data.sh takes only files with the expected content, from whichever source has them.
# Everything here is offline: a mirror made of the data that is on this machine, and a broken one.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() { if ! "${@:2}"; then echo "FAILED: $1" >&2; exit 1; fi; }
data() { GEOMETER_DATA_DIR=$work/data GEOMETER_DATA_MIRROR=$work/mirror "$root/deploy/data.sh" "$@" >"$work/out" 2>&1; }
says() { grep -qF -- "$1" "$work/out"; }
refused() { ! data "$@"; }

here=${GEOMETER_DATA_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/geometer/data}/digits/digits.csv.gz
[[ -e $here ]] || { echo "SKIPPED: needs deploy/data.sh digits"; exit 77; }
mkdir -p "$work/mirror/digits" "$work/mirror/mnist"

gzip -dc "$here" | gzip -1 >"$work/mirror/digits/digits.csv.gz"
check "a recompressed copy is taken from the mirror" data digits
check "it has the same content" cmp <(gzip -dc "$here") <(gzip -dc "$work/data/digits/digits.csv.gz")

rm "$work/mirror/digits/digits.csv.gz"
check "a verified file is not fetched again" data digits

truncate --size=-9 "$work/data/digits/digits.csv.gz"
cp "$here" "$work/mirror/digits/digits.csv.gz"
check "a damaged file is replaced" data digits
check "the replacement is whole" gzip -t "$work/data/digits/digits.csv.gz"

echo nonsense | gzip >"$work/mirror/mnist/train-images-idx3-ubyte.gz"
# No publisher: an unreachable proxy makes every address fail at once.
export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
check "a file with other content is refused" refused mnist
check "the refusal names the source" says "$work/mirror/mnist/train-images-idx3-ubyte.gz"
check "and says why" says "refused: its SHA-256"
check "nothing is left behind" test -z "$(ls -A "$work/data/mnist")"

echo pixels | gzip >"$work/pixels.gz"
mkdir -p "$work/mirror/cifar100" "$work/mirror/svhn"
cp "$work/pixels.gz" "$work/mirror/cifar100/train.bin.gz"
check "a data set without known sums needs a mirror that has it all" refused cifar100
check "the refusal names the missing file" says "no source has cifar100/test.bin.gz"
cp "$work/pixels.gz" "$work/mirror/cifar100/test.bin.gz"
check "it is taken from a mirror" data cifar100
check "with a word of warning" says "no SHA-256 of cifar100 is known"
truncate --size=-9 "$work/data/cifar100/test.bin.gz"
truncate --size=-9 "$work/mirror/cifar100/test.bin.gz"
check "a damaged file of it is refused" refused cifar100
check "and says so" says "refused: damaged"
printf 'MATLAB 5.0 MAT-file' | tee "$work/mirror/svhn/train_32x32.mat" >"$work/mirror/svhn/test_32x32.mat"
check "files that are not compressed are taken too" data svhn

check "an unknown name is refused" refused penguins
check "the refusal lists the known names" says "known: digits mnist fashion_mnist cifar10 kmnist emnist cifar100 svhn"
