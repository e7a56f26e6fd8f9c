#!/usr/bin/env bash
# Installs what building and testing Geometer needs and this machine lacks.
#
#   deploy/setup.sh           libraries from apt, then LibTorch for CPUs into .venv
#   deploy/setup.sh --cuda    LibTorch with CUDA instead (about 5 GB)
#   deploy/setup.sh --dev     also the checkers that continuous integration runs
#
# Takes well under two seconds when nothing is missing. Runs as root or through sudo, on Debian 12;
# written for Ubuntu 24.04 too, untested there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

torch='torch==2.11.0'
# All that libtorch_cpu.so links to beside the system: a CPU needs no other CUDA library.
torch_cpu=("$torch" nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85)
buf='buf-bin==1.75.0'

build_packages=(build-essential cmake ninja-build ccache mold pkg-config git ca-certificates curl
  python3 python3-venv)
library_packages=(libgrpc++-dev protobuf-compiler protobuf-compiler-grpc libprotobuf-dev
  libsqlite3-dev prometheus-cpp-dev libcli11-dev libspdlog-dev nlohmann-json3-dev libyaml-cpp-dev
  libcpp-httplib-dev libssl-dev zlib1g-dev libpng-dev libturbojpeg0-dev)
run_packages=(gnuplot-nox)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev sqlite3 prometheus)
dev_packages=(clang clang-format clang-tidy shellcheck)

say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }
fail() { printf 'setup.sh: %s\n' "$*" >&2; exit 1; }

as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

# Runs a command silently; shows its last lines if it fails.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "failed: $*"
  fi
  rm -f "$log"
}

apt_install() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

# Debian starts a daemon when its package is installed. The tests run their own Prometheus on a free
# port, so a policy keeps the packaged one from starting now, and it is disabled for the next boot.
install_without_starting_daemons() {
  local policy=/usr/sbin/policy-rc.d own_policy=false
  if [[ ! -e $policy ]]; then
    own_policy=true
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  quietly apt_install "$@"
  if [[ $own_policy == true ]]; then
    as_root rm -f "$policy"
    trap - EXIT
  fi
  if [[ " $* " == *" prometheus "* && -d /run/systemd/system ]]; then
    quietly as_root systemctl disable prometheus
  fi
}

missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

install_packages() {
  command -v dpkg-query >/dev/null || fail "this is neither Debian nor Ubuntu: install by hand: $*"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -gt 0 ]] || { say "apt: all ${#} packages are here"; return; }
  [[ $(id -u) -eq 0 ]] || command -v sudo >/dev/null ||
    fail "these packages must be installed as root (run this as root, or install sudo): ${missing[*]}"
  say "apt: installing ${missing[*]}"
  quietly as_root apt-get update
  install_without_starting_daemons "${missing[@]}"
}

# install_wheels STAMP ARGUMENT…: `pip install ARGUMENT…` unless it was done before. The stamp is a file
# in .venv that holds the arguments of the last install, so another version here means another run.
install_wheels() {
  local stamp=.venv/.geometer-$1
  shift
  [[ -e .venv/bin/python ]] || { say ".venv: creating"; quietly python3 -m venv .venv; }
  [[ -e $stamp && $(<"$stamp") == "$*" ]] && { say ".venv: $* is here"; return; }
  say ".venv: installing $*"
  quietly .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
  echo "$*" >"$stamp"
}

cuda=false dev=false
for option in "$@"; do
  case $option in
    --cuda) cuda=true ;;
    --dev) dev=true ;;
    --help | -h) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "setup.sh: unknown option $option (see --help)" >&2; exit 2 ;;
  esac
done

packages=("${build_packages[@]}" "${library_packages[@]}" "${run_packages[@]}" "${test_packages[@]}")
[[ $dev == false ]] || packages+=("${dev_packages[@]}")
install_packages "${packages[@]}"
if [[ $cuda == true ]]; then
  install_wheels libtorch-cuda "$torch"
elif [[ ! -e .venv/.geometer-libtorch-cuda ]]; then
  install_wheels libtorch --no-deps "${torch_cpu[@]}"
fi
[[ $dev == false ]] || install_wheels buf "$buf"
say "ready"
