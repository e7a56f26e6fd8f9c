"""Writes fixtures/: small networks, inputs, targets, and what reference.py computes from them.

Needs the full install (deploy/setup.sh --cuda). The values hold for any weights, so these are random
ones, moved a little way by gradient descent.
"""

import pathlib

import torch

import reference

FOLDER = pathlib.Path(__file__).parent / "fixtures"


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


def write(name, model, inputs, targets):
    model.double().eval()
    randomize(model)
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    for _ in range(20):
        optimizer.zero_grad()
        reference.loss(model(inputs), targets).backward()
        optimizer.step()
    expected = {
        "geometric_complexity": reference.geometric_complexity(model, inputs),
        "eigenvalue": reference.largest_eigenvalue(model, inputs, targets),
        "loss": reference.loss(model(inputs), targets).item(),
    }
    tensors = dict(model.state_dict(), inputs=inputs, targets=targets)
    metadata = {key: repr(value) for key, value in expected.items()}
    reference.save(FOLDER / f"{name}.safetensors", tensors, metadata)
    print(name, sum(p.numel() for p in model.parameters()), expected)


def main():
    torch.manual_seed(0)
    FOLDER.mkdir(exist_ok=True)
    x = torch.randn(12, 6, dtype=torch.float64)
    labels, values = torch.randint(0, 4, (12,)), torch.randn(12, 2, dtype=torch.float64)
    write("mlp_relu", reference.mlp(6, [10, 8], 4, "relu"), x, labels)
    write("mlp_softplus", reference.mlp(6, [7], 4, "softplus"), x, labels)
    write("mlp_tanh", reference.mlp(6, [10, 8], 2, "tanh"), x, values)
    pictures = torch.randn(6, 1, 8, 8, dtype=torch.float64)
    classes = torch.randint(0, 3, (6,))
    write("resnet_batch_norm", reference.ResNet18(1, 3, 1, True), pictures, classes)
    write("resnet_plain", reference.ResNet18(1, 3, 1, False), pictures, classes)


if __name__ == "__main__":
    main()
