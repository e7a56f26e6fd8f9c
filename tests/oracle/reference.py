"""The same networks and losses as the trainer's, written in plain PyTorch, and its files."""

import json
import struct

import torch
from torch import nn

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU, "softplus": nn.Softplus}


def load(path):
    """Returns the tensors and the metadata of a safetensors file."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    tensors, metadata = {}, header.pop("__metadata__", {})
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data[begin:end], dtype=DTYPES[entry["dtype"]]).clone()
        tensors[name] = flat.view(entry["shape"])
    return tensors, metadata


def save(path, tensors, metadata):
    """Writes a safetensors file."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        raw = bytes(tensor.contiguous().view(-1).view(torch.uint8).tolist())
        header[name] = {
            "dtype": names[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def mlp(inputs, hidden, outputs, activation):
    """A multilayer perceptron as its users would write it."""
    layers = []
    for width in hidden:
        layers += [nn.Linear(inputs, width), ACTIVATIONS[activation]()]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


class Block(nn.Module):
    """Torchvision's BasicBlock; without normalisation its convolutions have biases."""

    def __init__(self, inputs, outputs, stride, batch_norm):
        super().__init__()
        norm = nn.BatchNorm2d if batch_norm else lambda _: nn.Identity()
        bias = not batch_norm
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=bias)
        self.bn1 = norm(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=bias)
        self.bn2 = norm(outputs)
        self.downsample = nn.Identity()
        if stride != 1:
            projection = nn.Conv2d(inputs, outputs, 1, stride, bias=bias)
            self.downsample = nn.Sequential(projection, norm(outputs))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class ResNet18(nn.Module):
    """ResNet-18 for small pictures: a 3x3 stem, no pooling before the end."""

    def __init__(self, channels, outputs, width, batch_norm):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, 1, 1, bias=not batch_norm)
        self.bn1 = nn.BatchNorm2d(width) if batch_norm else nn.Identity()
        stages = []
        for stage in range(4):
            out = width << stage
            first = Block(out if stage == 0 else out // 2, out, 1 if stage == 0 else 2, batch_norm)
            stages.append(nn.Sequential(first, Block(out, out, 1, batch_norm)))
        self.layer1, self.layer2, self.layer3, self.layer4 = stages
        self.fc = nn.Linear(width * 8, outputs)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def loss(output, targets):
    """Cross-entropy for labels, the mean squared error for values."""
    if targets.dtype == torch.int64:
        return nn.functional.cross_entropy(output, targets)
    return (output - targets).square().mean()
