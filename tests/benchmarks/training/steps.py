"""Times training steps of the product's loop beside PyTorch's, in turn, and prints their ratios.

    tests/benchmarks/training/steps.py [--bin build/release/bin] [--data FOLDER] [--rounds 11] [--threads 1] [--rows REGEX]

Each round times the same number of updates by each program, one after another; a ratio is PyTorch's seconds over ours
in one round. Printed: the median ratio and a 95 % interval for it, from the order statistics.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import time

import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
BATCH = 128


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(),
                         nn.Linear(256, 10))


def cnn():
    return nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10))


def resnet18():
    from torchvision.models import resnet18 as make
    model = make(num_classes=10)
    model.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    model.maxpool = nn.Identity()
    return model


NETWORKS = {"mlp": (mlp, (1, 28, 28)), "cnn": (cnn, (1, 28, 28)), "resnet18": (resnet18, (3, 32, 32))}


def no_penalty(loss, outputs, inputs, params):
    return loss


def gradient_norm(loss, outputs, inputs, params):
    """The plain double backward."""
    slopes = torch.autograd.grad(loss, params, create_graph=True)
    return loss + 0.01 * sum(slope.square().sum() for slope in slopes)


def geometric_complexity(loss, outputs, inputs, params):
    """A loop over the logits, differentiated again."""
    rows = (torch.autograd.grad(logit, inputs, create_graph=True)[0] for logit in outputs.sum(0))
    return loss + 1e-4 * sum(row.square().sum() for row in rows) / len(inputs)


# The peer's penalty and our overrides.
VARIANTS = {"": (no_penalty, []),
            "bfloat16": (no_penalty, ["precision=bfloat16"]),
            "gradient_norm": (gradient_norm, ["learner.regularizers=[{gradient_norm: {}, weight: 0.01}]"]),
            "geometric_complexity": (geometric_complexity,
                                     ["learner.regularizers=[{geometric_complexity: {}, weight: 1e-4}]"])}


class Peer:
    """A PyTorch training loop over data in memory, shuffled as a loader would."""

    def __init__(self, network, variant, compiled):
        make, shape = NETWORKS[network]
        torch.manual_seed(0)
        self.model = make()
        self.forward = torch.compile(self.model) if compiled else self.model
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9)
        self.criterion, self.penalty = nn.CrossEntropyLoss(), VARIANTS[variant][0]
        self.rounded = variant == "bfloat16"
        self.inputs, self.targets = torch.randn(2000, *shape), torch.randint(10, (2000,))
        self.needs_inputs = variant == "geometric_complexity"

    def update(self):
        index = torch.randint(2000, (BATCH,))
        inputs, targets = self.inputs[index], self.targets[index]
        inputs.requires_grad_(self.needs_inputs)
        self.optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.rounded):
            outputs = self.forward(inputs)
            loss = self.criterion(outputs, targets)
        self.penalty(loss, outputs, inputs, list(self.model.parameters())).backward()
        self.optimizer.step()

    def seconds(self, updates):
        start = time.perf_counter()
        for _ in range(updates):
            self.update()
        return time.perf_counter() - start


class Ours:
    def __init__(self, options, network, overrides):
        self.process = subprocess.Popen(
            [options.bin / "training_steps", HERE / f"{network}.yaml", options.data, f"threads={options.threads}",
             *overrides], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(options.threads)})

    def seconds(self, updates):
        print(updates, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def interval(ratios):
    """The order statistics that hold the median with 95 %, by the binomial law."""
    ordered, n = sorted(ratios), len(ratios)
    low = max(0, int(n / 2 - 0.98 * n ** 0.5))
    return ordered[low], ordered[n - 1 - low]


def updates_for(work, seconds=0.5):
    work.seconds(3)
    return max(2, round(seconds / (work.seconds(2) / 2)))


def compare(options, network, name):
    ours = Ours(options, network, VARIANTS[name][1])
    peers = {"PyTorch": Peer(network, name, compiled=False)}
    if not name:
        peers["torch.compile"] = Peer(network, name, compiled=True)
    updates = updates_for(ours)
    for peer in peers.values():
        peer.seconds(3)
    ratios, times = {peer: [] for peer in peers}, []
    for _ in range(options.rounds):
        own = ours.seconds(updates)
        times.append(own / updates)
        for peer_name, peer in peers.items():
            ratios[peer_name].append(peer.seconds(updates) / own)
    ours.close()
    for peer_name, found in ratios.items():
        low, high = interval(found)
        print(f"| {network} | {name or 'plain'} | {1e3 * statistics.median(times):.2f} | {peer_name} | "
              f"{statistics.median(found):.2f} | {low:.2f} … {high:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--data", type=pathlib.Path, default=os.environ.get("GEOMETER_DATA_DIR")
                        or pathlib.Path.home() / ".cache/geometer/data")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", default=".*", help="such as 'mlp/$' or cnn/gradient_norm")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print("| network | variant | ms a step | peer | times ours | 95 % interval |\n|---|---|---|---|---|---|")
    for network in NETWORKS:
        for variant in VARIANTS:
            penalized = variant not in ("", "bfloat16")
            if re.search(options.rows, f"{network}/{variant}") and not (network == "resnet18" and penalized):
                compare(options, network, variant)


if __name__ == "__main__":
    main()
