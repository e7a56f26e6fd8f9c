"""The two networks of README.md in PyTorch, and what geometry_problems wrote of them."""

import torch
from safetensors.torch import load_file
from torch import nn

SNAPSHOTS = 6


class Block(nn.Module):
    def __init__(self, before, width):
        super().__init__()
        stride = 1 if before == width else 2
        self.conv1 = nn.Conv2d(before, width, 3, stride, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.shortcut = nn.Conv2d(before, width, 1, stride) if before != width else nn.Identity()
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()

    def forward(self, x):
        return self.relu2(self.conv2(self.relu1(self.conv1(x))) + self.shortcut(x))


class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.relu = nn.ReLU()
        self.block16, self.block32, self.block64 = Block(16, 16), Block(16, 32), Block(32, 64)
        self.fc = nn.Linear(64, 10)

    def features(self, x):
        return self.block64(self.block32(self.block16(self.relu(self.conv1(x))))).mean((2, 3))

    def forward(self, x):
        return self.fc(self.features(x))


class Mlp(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))

    def features(self, x):
        for layer in list(self)[:-1]:
            x = layer(x)
        return x


class Problem:
    """A network at its last snapshot, in float32, and its sample."""

    def __init__(self, name, folder):
        self.name = name
        tensors = load_file(folder / f"{name}.safetensors")
        self.inputs, self.targets = tensors["inputs"], tensors["targets"]
        if name == "mlp":
            self.inputs = self.inputs.flatten(1)
        self.model = Mlp() if name == "mlp" else SmallResNet()
        last = f"{SNAPSHOTS - 1}/"
        self.model.load_state_dict({k[len(last):]: v for k, v in tensors.items() if k.startswith(last)})
        self.params = list(self.model.parameters())
        self.criterion = nn.CrossEntropyLoss()

    def loss(self):
        return self.criterion(self.model(self.inputs), self.targets)

    def forward_backward(self):
        torch.autograd.grad(self.loss(), self.params)
