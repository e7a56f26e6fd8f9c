"""Trains an MLP and a ResNet by the program named on the command line, and recomputes what its
probes measured at the end from the weights that it leaves; and the numbers of the fixtures.

Exits 77 (skipped) where Python can't import torch: the install for CPUs has LibTorch only.
"""

import csv
import gzip
import math
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

try:
    import torch
except ImportError as error:
    print(f"SKIPPED: {error}; deploy/setup.sh --cuda installs a torch that Python can import")
    sys.exit(77)

import make_fixtures
import measurements
import reference

TOLERANCE = 1e-4  # relative: the program computes in float32
PICTURES, SIDE = 20, 8

MLP = """
name: oracle-mlp
data: {function: {train: 20}}
learner:
  model: {mlp: {hidden: [10, 10], activation: tanh}}
  objective: {mean_squared_error: {}}
  optimizer: {sgd: {learning_rate: RATE}}
  batches: {size: 5}
stop: {steps: 200}
"""
RESNET = """
name: oracle-resnet
data: {mnist: {train: 20, validation: 0, test: 0}}
learner:
  model: {resnet: {width: 1}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.05, momentum: 0.9}}
  batches: {size: 10}
stop: {steps: 30}
"""


def write_pictures(folder):
    """Random pictures in MNIST's format. Returns inputs as the network sees them, and labels."""
    generator = random.Random(0)
    pixels = bytes(generator.randrange(256) for _ in range(PICTURES * SIDE * SIDE))
    labels = bytes(i % 10 for i in range(PICTURES))
    images = struct.pack(">4I", 0x803, PICTURES, SIDE, SIDE) + pixels
    marks = struct.pack(">2I", 0x801, PICTURES) + labels
    (folder / "mnist").mkdir()
    for part in ("train", "t10k"):
        with gzip.open(folder / f"mnist/{part}-images-idx3-ubyte.gz", "wb") as file:
            file.write(images)
        with gzip.open(folder / f"mnist/{part}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(marks)
    x = torch.tensor(list(pixels), dtype=torch.float64).view(PICTURES, 1, SIDE, SIDE) / 255
    return (x - x.mean()) / x.std(correction=0), torch.tensor(list(labels))


def run(program, folder, job, probes):
    """Returns the weights and, by probe, quantity and index, the last value and standard error."""
    lines = [f"  - {{name: p{i}, every: {{steps: 1000}}, {probe}}}" for i, probe in enumerate(probes)]
    (folder / "job.yaml").write_text("\n".join([job, "probes:", *lines]))
    out = folder / "out"
    subprocess.run([program, "run", folder / "job.yaml", "--out", out, "--data-sets", folder], check=True)
    points = {}
    with open(out / "points.csv") as file:
        for row in csv.DictReader(file):
            key = probes[int(row["probe"][1:])], row["quantity"], int(row["index"])
            points[key] = float(row["value"]), float(row["standard_error"] or 0)
    return reference.load(out / "weights.safetensors")[0], points


def is_close(row, value, standard_error):
    if math.isnan(row.value) or math.isnan(value):
        return math.isnan(row.value) and math.isnan(value)
    return abs(value - row.value) <= TOLERANCE * row.scale + row.errors * standard_error


def check_run(program, folder, job, model, data, rate, momentum=0.0):
    network = lambda: measurements.Network(model.double(), *data, rate, momentum)
    weights, points = run(program, folder, job, measurements.probes(network()))
    model.load_state_dict(weights)  # strict: every name must be known
    return [
        f"{row.probe} {row.quantity}[{row.index}]: {points[key]}, expected {row.value}"
        for row in measurements.expected(network())
        if not is_close(row, *points[key := (row.probe, row.quantity, row.index)])
    ]


def check_fixture(name, network):
    """The file's rows are what measurements.py makes of its tensors."""
    tensors, rows = reference.load(make_fixtures.FOLDER / f"{name}.safetensors")
    data = tensors.pop("inputs"), tensors.pop("targets")
    model = network().double()
    model.load_state_dict(tensors)
    fresh = make_fixtures.metadata(measurements.Network(model, *data, make_fixtures.RATE))
    wrong = [key for key in fresh.keys() & rows.keys() if not agree(fresh[key], rows[key])]
    return [f"{name} is stale: {key}" for key in [*wrong, *(fresh.keys() ^ rows.keys())]]


def agree(fresh, stored):
    (value, scale, errors), (old, _, old_errors) = fresh.split(), stored.split()
    both_nan = math.isnan(float(value)) and math.isnan(float(old))
    return errors == old_errors and (both_nan or abs(float(value) - float(old)) <= 1e-9 * float(scale))


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        x = torch.linspace(-1, 1, 20, dtype=torch.float64).view(-1, 1)
        mlp = reference.mlp(1, [10, 10], 1, "tanh")
        problems = check_run(program, folder, MLP, mlp, (x, (2 * torch.pi * x).sin()), rate=0.1)
        pictures = write_pictures(folder)
        resnet = reference.ResNet18(1, 10, 1, True)
        problems += check_run(program, folder, RESNET, resnet, pictures, rate=0.05, momentum=0.9)
    for name, network in make_fixtures.NETWORKS.items():
        problems += check_fixture(name, network)
    print("\n".join(problems) or "all agree")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
