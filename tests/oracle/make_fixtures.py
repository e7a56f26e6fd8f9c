"""Writes fixtures/: small networks, inputs, targets, and what measurements.py makes of them.

Needs the full install (deploy/setup.sh --cuda). The values hold for any weights, so these are random
ones, moved a little way by gradient descent.
"""

import pathlib

import torch

import measurements
import reference

FOLDER = pathlib.Path(__file__).parent / "fixtures"
RATE = 0.05
NETWORKS = {
    "mlp_relu": lambda: reference.mlp(6, [10, 8], 4, "relu"),
    "mlp_softplus": lambda: reference.mlp(6, [7], 4, "softplus"),
    "mlp_tanh": lambda: reference.mlp(6, [10, 8], 2, "tanh"),
    "mlp_curve": lambda: reference.mlp(1, [9, 8], 2, "tanh"),
    "resnet_batch_norm": lambda: reference.ResNet18(1, 3, 1, True),
    "resnet_plain": lambda: reference.ResNet18(1, 3, 1, False),
}


def randomize(model):
    """Far from the neutral start, and with signals that reach the end of a narrow network."""
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight)
        elif isinstance(module, torch.nn.BatchNorm2d):
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.uniform_(0, 0.5)
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)


def metadata(net):
    """The rows of `net` as a safetensors file holds them."""
    rows = measurements.expected(net)
    return {f"{r.probe}|{r.quantity}|{r.index}": f"{r.value!r} {r.scale!r} {r.errors}" for r in rows}


def write(name, inputs, targets, steps):
    model = NETWORKS[name]().double().eval()
    randomize(model)
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    for _ in range(steps):
        optimizer.zero_grad()
        reference.loss(model(inputs), targets).backward()
        optimizer.step()
    rows = metadata(measurements.Network(model, inputs, targets, RATE))
    tensors = dict(model.state_dict(), inputs=inputs, targets=targets)
    reference.save(FOLDER / f"{name}.safetensors", tensors, rows)
    print(name, sum(p.numel() for p in model.parameters()), "parameters,", len(rows), "rows")


def main():
    torch.manual_seed(0)
    FOLDER.mkdir(exist_ok=True)
    x, curve = torch.randn(13, 6, dtype=torch.float64), torch.randn(13, 1, dtype=torch.float64)
    labels, values = torch.arange(13) % 4, torch.randn(13, 2, dtype=torch.float64)
    write("mlp_relu", x, labels, 300)
    write("mlp_softplus", x, labels, 300)
    write("mlp_tanh", x, values, 20)
    write("mlp_curve", curve, values, 10)
    pictures = torch.randn(7, 1, 8, 8, dtype=torch.float64)
    classes = torch.arange(7) % 3
    write("resnet_batch_norm", pictures, classes, 20)
    write("resnet_plain", pictures, classes, 20)


if __name__ == "__main__":
    main()
