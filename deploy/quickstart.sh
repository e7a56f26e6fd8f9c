#!/usr/bin/env bash
# From a fresh clone to a figure: sets up, fetches Fashion-MNIST, builds, starts a server and a worker, and
# trains one network at three learning rates for equally long (learning rate × steps is the same).
#
#   deploy/quickstart.sh           leaves nothing running
#   deploy/quickstart.sh --keep    leaves the service running
#
# All that it makes is in build/quickstart. The first build takes minutes, the three jobs under one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

keep=false
case ${1:-} in
  '') ;;
  --keep) keep=true ;;
  --help | -h) sed -n '2,8s/^# \{0,1\}//p' deploy/quickstart.sh; exit 0 ;;
  *) echo "quickstart.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
esac

folder=$PWD/build/quickstart
bin=$PWD/build/release/bin
bold='' plain=''
[[ ! -t 1 || -n ${NO_COLOR:-} ]] || { bold=$'\033[1m'; plain=$'\033[0m'; }
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
fail() { printf 'quickstart.sh: %s\n' "$*" >&2; exit 1; }

build() {
  local log=$folder/build.log
  { cmake --preset release && cmake --build --preset release \
    --target geometer geometer-server geometer-worker geometer-trainer; } >"$log" 2>&1 ||
    { tail -n 40 "$log" >&2; fail "the build failed; the whole log is $log"; }
}

# Ports are the usual ones if the service is to stay, so that the client finds it; else free ones.
start_service() {
  local ports=(--listen 127.0.0.1:0 --http 127.0.0.1:0)
  [[ $keep == false ]] || ports=()
  setsid "$bin/geometer" up --data "$folder/data" --slots 2 --ready-file "$folder/address" "${ports[@]}" \
    >"$folder/up.log" 2>&1 &
  service=$!
  trap stop_service EXIT
  until [[ -s $folder/address ]]; do
    kill -0 "$service" 2>/dev/null || { cat "$folder/up.log" >&2; fail "the service did not start"; }
    sleep 0.1
  done
  GEOMETER_SERVER=$(<"$folder/address")
  export GEOMETER_SERVER
}

stop_service() {
  kill "$service" 2>/dev/null || true
  wait "$service" || true
}

# submit RATE STEPS
submit() {
  "$bin/geometer" submit deploy/quickstart.yaml --set "name=rate-$1" \
    --set "learner.optimizer.sgd.learning_rate=$1" --set "stop.steps=$2"
}

say "Setting up"
deploy/setup.sh
deploy/data.sh fashion_mnist

say "Building (minutes, the first time)"
rm -rf "$folder"
mkdir -p "$folder"
build

say "Training on Fashion-MNIST at three learning rates"
start_service
jobs=("$(submit 0.02 6000)" "$(submit 0.05 2400)" "$(submit 0.2 600)")
"$bin/geometer" watch "${jobs[@]}"

say "Geometric complexity against learning rate × steps: the higher the rate, the simpler the network"
figure=$folder/geometric_complexity.png
plot=("$bin/geometer" plot "${jobs[@]}" --quantity geometric_complexity --x flow_time)
"${plot[@]}"
"${plot[@]}" -O "$figure" >/dev/null
"$bin/geometer" list

say "Done in $SECONDS s. The figure is $figure"
if [[ $keep == true ]]; then
  trap - EXIT
  echo "The service runs on, as process $service (stop it with: kill $service)."
else
  echo "To go on, start the service again:"
  echo "  build/release/bin/geometer up --data build/quickstart/data"
fi
cat <<'NEXT'
and try:
  build/release/bin/geometer show 3                           what ran, in full
  build/release/bin/geometer plot 1 2 3 --quantity eigenvalue --x flow_time     sharpness
  build/release/bin/geometer points 3 -o csv                  every measured value
  build/release/bin/geometer submit deploy/quickstart.yaml --watch \
    --set 'learner.regularizers[+]={gradient_norm: {}, weight: 0.01}'
NEXT
