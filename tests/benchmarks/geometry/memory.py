"""Prints the peak memory of a run with one probe, on one chunk of examples and on all of MNIST.

    tests/benchmarks/geometry/memory.py [--bin build/release/bin] [--probes REGEX]

Each row is `geometer-trainer run` of its own, whose peak the kernel tells; `none` measures nothing.
"""

import argparse
import os
import pathlib
import re
import subprocess
import tempfile

CHUNK, ALL = 2_000, 60_000
JOB = """
name: memory
data: {mnist: {train: 60000, validation: 0, test: 10}}
learner:
  model: {mlp: {hidden: [64, 64]}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 10}
stop: {steps: 1}
"""
PROBES = [
    "loss: {}",
    "gradient_norm: {}",
    "parameter_norm: {}",
    "geometric_complexity: {}",
    "geometric_complexity: {method: rows}",
    "geometric_complexity: {method: rademacher}",
    "geometric_complexity: {output: every_layer, method: rademacher}",
    "hessian_top: {max_products: 3}",
    "hessian_top: {max_products: 3, curvature: gauss_newton}",
    "hessian_top: {max_products: 3, curvature: fisher}",
    "stability: {max_products: 3}",
    "trace: {sketch: 2, max_products: 4}",
    "spectral_density: {steps: 3, starts: 1}",
    "neural_collapse: {}",
    "margins: {complexity: true}",
    "complexity_bounds: {}",
    "gradient_statistics: {}",
    "modified_loss: {}",
    "lie_bracket: {}",
    "flow_distance: {steps: 1, substeps: 1}",
    "function_shape: {}",
]
# It needs data with one input.
ONE_INPUT = ["--set", "data={function: {train: 60000}}", "--set", "learner.objective={mean_squared_error: {}}"]


def peak_mb(trainer, probe, examples):
    """The peak of the trainer's resident memory, MB."""
    with tempfile.TemporaryDirectory() as folder:
        job = pathlib.Path(folder) / "job.yaml"
        settings = f"every: {{steps: 1}}, examples: {examples}, chunk: {CHUNK}"
        job.write_text(JOB + (f"probes: [{{{probe}, {settings}}}]\n" if probe else ""))
        command = [trainer, "run", job, "--out", pathlib.Path(folder) / "out", "--quiet"]
        command += ONE_INPUT if probe == "function_shape: {}" else []
        child = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{probe}: the trainer failed")
        return usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--probes", default="", help="rows whose text matches")
    options = parser.parse_args()
    trainer = options.bin / "geometer-trainer"
    print(f"| probe | {CHUNK:,} examples | {ALL:,} examples |\n|---|---|---|")
    print(f"| none | {peak_mb(trainer, None, 0):.0f} MB | |", flush=True)
    for probe in PROBES:
        if re.search(options.probes, probe):
            peaks = [peak_mb(trainer, probe, examples) for examples in (CHUNK, ALL)]
            print(f"| `{probe}` | {peaks[0]:.0f} MB | {peaks[1]:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
