"""Trains an MLP and a ResNet by the program named on the command line, and recomputes the final
geometric complexity and largest Hessian eigenvalue from the weights that it leaves.

Exits 77 (skipped) where Python can't import torch: the install for CPUs has LibTorch only.
"""

import csv
import gzip
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

import reference

TOLERANCE = 1e-4  # relative: the program computes in float32
PICTURES, SIDE = 20, 8

PROBES = """
probes:
  - {geometric_complexity: {}, every: {steps: 1000}}
  - {hessian_top: {tolerance: 1.0e-7, max_products: 500}, every: {steps: 1000}}
"""
MLP = """
name: oracle-mlp
data: {function: {train: 20}}
learner:
  model: {mlp: {hidden: [10, 10], activation: tanh}}
  objective: {mean_squared_error: {}}
  optimizer: {sgd: {learning_rate: 0.1, batch_size: 5}}
stop: {steps: 200}
"""
RESNET = """
name: oracle-resnet
data: {mnist: {train: 20, validation: 0, test: 0}}
learner:
  model: {resnet: {width: 1}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.05, batch_size: 10, momentum: 0.9}}
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


def run(program, folder, job):
    """Returns the weights and the final points, by quantity."""
    (folder / "job.yaml").write_text(job + PROBES)
    out = folder / "out"
    subprocess.run([program, "run", folder / "job.yaml", "--out", out, "--data-sets", folder], check=True)
    with open(out / "points.csv") as file:
        points = {row["quantity"]: float(row["value"]) for row in csv.DictReader(file)}
    return reference.load(out / "weights.safetensors"), points


def check(name, model, weights, data, points):
    model.load_state_dict(weights)  # strict: every name must be known
    model.double().eval()
    inputs, targets = data
    expected = {
        "geometric_complexity": reference.geometric_complexity(model, inputs),
        "eigenvalue": reference.largest_eigenvalue(model, inputs, targets),
    }
    for quantity, value in expected.items():
        error = abs(points[quantity] / value - 1)
        print(f"{name} {quantity}: {points[quantity]:.9g}, expected {value:.9g}, off by {error:.1e}")
        assert error < TOLERANCE


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        weights, points = run(program, folder, MLP)
        x = torch.linspace(-1, 1, 20, dtype=torch.float64).view(-1, 1)
        check("mlp", reference.mlp(1, [10, 10], 1, "tanh"), weights, (x, (2 * torch.pi * x).sin()), points)
        pictures = write_pictures(folder)
        weights, points = run(program, folder, RESNET)
        check("resnet", reference.ResNet18(1, 10, 1, True), weights, pictures, points)


if __name__ == "__main__":
    main()
