"""What the service costs against `geometer-trainer run` of the same job: alternating runs, the median of the paired
ratios, and its 95 % interval from order statistics. Prints; asserts nothing about time. The service's side counts
all from submission to the durable end, two processes of the client included; the other side is the training loop
alone. Jobs of a few seconds would show those fixed 0.1 s instead of the cost of reporting.

    GEOMETER_BIN=build/release/bin tests/benchmarks/service/overhead.py [--runs 12] [--steps 120000]
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "end_to_end"))
import harness


def median_interval(values):
    """Median and the order statistics that hold it with at least 95 % (exact binomial, any distribution)."""
    ordered, n = sorted(values), len(values)
    below, tail, binomial = 0, 0.0, 0.5 ** n
    for k in range(n // 2):
        tail += binomial
        if tail > 0.025:
            break
        below = k
        binomial *= (n - k) / (k + 1)
    return statistics.median(ordered), ordered[below], ordered[n - 1 - below]


def alone_seconds(root, text, run):
    """Wall seconds of a process of its own, less its start: the loop's time from its own summary."""
    out = root / f"alone-{run}"
    result = harness.trainer_run(out, text)
    assert result.returncode == 0, result.stderr
    return json.loads((out / "summary.json").read_text())["wall_seconds"]


def service_seconds(service, text):
    """Seconds from submission to the durable end, everything included."""
    start = time.monotonic()
    job_id = service.submit(text)
    service.client("watch", job_id)
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--steps", type=int, default=120000)
    options = parser.parse_args()
    text = harness.job(options.steps, every=1000, checkpoint=options.steps)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        service = harness.Service(root)
        try:
            service_seconds(service, text), alone_seconds(root, text, "warm-up")
            ratios = []
            for run in range(options.runs):
                pair = (alone_seconds(root, text, run), service_seconds(service, text))
                ratios.append(pair[1] / pair[0])
                print(f"run {run + 1}: alone {pair[0]:.3f} s, service {pair[1]:.3f} s, ratio {ratios[-1]:.4f}", flush=True)
        finally:
            service.close()
    print("service / alone: median %.4f, 95 %% interval %.4f … %.4f, %d runs" % (*median_interval(ratios), len(ratios)))


if __name__ == "__main__":
    main()
