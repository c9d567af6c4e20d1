"""Fixtures of the tutorial models: what PyTorch's own state_dict() of them holds, in its order.

Each class is written as PyTorch's tutorials write it. Writes test/fixtures/tutorial/MODEL.json:
  state      [{key, shape, dtype, kind}, ...], the form of `holdfast keys --json`
  printout   the lines that the tutorials print: "conv1.weight torch.Size([6, 3, 5, 5])"
  initial    per parameter its first four values under torch.manual_seed(0)
and checks that the spec of the same name, read by spec_to_torch, is the same module.

    python test/oracle/zoo/tutorial_state_dicts.py
"""
import json
import sys

import torch
import torch.nn.functional as F
from spec_to_torch import load
from torch import nn
from verify_zoo import ROOT

sys.path.insert(0, str(ROOT / "examples" / "digits"))
from train_digits import DigitsCNN  # noqa: E402

SEED = 0


class SimpleModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 1)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class MyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 20)
        self.bn1 = nn.BatchNorm1d(20)

    def forward(self, x):
        return torch.relu(self.bn1(self.fc1(x)))


class MyNet2(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 20)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(20, 5)

    def forward(self, x):
        return self.fc2(self.relu(self.fc1(x)))


class TheModelClass(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


MODELS = {
    "simple-model": (SimpleModel, (3, 10)),
    "my-net": (MyNet, (3, 10)),
    "my-net-2": (MyNet2, (3, 10)),
    "the-model-class": (TheModelClass, (2, 3, 32, 32)),
    "digits-cnn": (DigitsCNN, (2, 1, 8, 8)),
}


def describe(model):
    parameters = dict(model.named_parameters())
    state = model.state_dict()
    return {
        "model": type(model).__name__,
        "torch": torch.__version__,
        "seed": SEED,
        "state": [
            {
                "key": k,
                "shape": list(v.shape),
                "dtype": str(v.dtype).removeprefix("torch."),
                "kind": "parameter" if k in parameters else "buffer",
            }
            for k, v in state.items()
        ],
        "printout": [f"{k} {v.size()}" for k, v in state.items()],
        "initial": {k: v.flatten()[:4].tolist() for k, v in parameters.items()},
    }


def same(spec, model, shape):
    """The spec's module has the class's state and, with its weights, its output."""
    module, _ = load(ROOT / "specs" / "tutorial" / f"{spec}.yaml")
    assert [(k, v.shape) for k, v in module.state_dict().items()] == [
        (k, v.shape) for k, v in model.state_dict().items()
    ], spec
    module.load_state_dict(model.state_dict())
    x = torch.rand(shape)
    with torch.no_grad():
        assert torch.equal(module.eval()(x), model.eval()(x)), spec


def main():
    for spec, (model_class, shape) in MODELS.items():
        torch.manual_seed(SEED)
        model = model_class()
        text = json.dumps(describe(model), indent=1)
        same(spec, model, shape)
        (ROOT / "test" / "fixtures" / "tutorial" / f"{spec}.json").write_text(text + "\n")
        print("ok", spec)


if __name__ == "__main__":
    main()
