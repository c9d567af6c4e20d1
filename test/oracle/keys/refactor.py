"""A model before and after five refactors, trained by real PyTorch, with Adam, SGD and an averaged copy.

    python test/oracle/keys/refactor.py test/fixtures/keys

The refactors: a module renamed (fc -> head), one moved into a submodule (bn -> pre.bn), a fused projection split (qkv -> attn.q,
attn.k, attn.v), the order changed, and a parameter inserted (scale, of ones). The state of the new model is put together by hand
here, in PyTorch; then both train on.
"""
import copy
import json
import sys
from pathlib import Path

import torch
from torch import nn

out = Path(sys.argv[1])


def attend(q, k, v):
    return torch.softmax(q @ k.transpose(-1, -2) / 2, -1) @ v


class Old(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(4, 12)
        self.fc = nn.Linear(4, 3)
        self.bn = nn.BatchNorm1d(4)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, -1)
        return self.fc(self.bn((x + attend(q, k, v)).mean(1)))


class New(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))
        self.pre = nn.Module()
        self.pre.bn = nn.BatchNorm1d(4)
        self.attn = nn.Module()
        self.attn.q = nn.Linear(4, 4)
        self.attn.k = nn.Linear(4, 4)
        self.attn.v = nn.Linear(4, 4)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        a = attend(self.attn.q(x), self.attn.k(x), self.attn.v(x))
        return self.head(self.pre.bn((x + a).mean(1)) * self.scale)


def batch(step):
    g = torch.Generator().manual_seed(100 + step)
    return torch.randn(6, 5, 4, generator=g), torch.randint(0, 3, (6,), generator=g)


def train(model, optimizers, steps):
    losses = []
    for step in steps:
        x, y = batch(step)
        loss = nn.functional.cross_entropy(model(x), y)
        for o in optimizers:
            o.zero_grad()
        loss.backward()
        for o in optimizers:
            o.step()
        losses.append(loss.item())
    return losses


torch.manual_seed(5)
old = Old()
adam = torch.optim.Adam(old.parameters(), lr=0.01)
sgd = torch.optim.SGD(old.named_parameters(), lr=0.001, momentum=0.9)
ema = torch.optim.swa_utils.AveragedModel(old)
train(old, [adam, sgd], range(3))
ema.update_parameters(old)
train(old, [adam, sgd], range(3, 5))
ema.update_parameters(old)
old_file = {
    "epoch": 5,
    "model": old.state_dict(),
    "adam": adam.state_dict(),
    "sgd": sgd.state_dict(),
    "ema": ema.state_dict(),
}
torch.save(copy.deepcopy(old_file), out / "refactor-old.pt")

RENAMED = {"fc": "head", "bn": "pre.bn"}


def moved(key, value):
    """New keys and values of one old tensor."""
    module, name = key.rsplit(".", 1)
    if module == "qkv":
        return [(f"attn.{p}.{name}", part.clone()) for p, part in zip("qkv", value.chunk(3, 0))]
    return [(f"{RENAMED[module]}.{name}", value.clone())]


def new_state(state):
    made = dict(pair for key, value in state.items() for pair in moved(key, value))
    made["scale"] = torch.ones(4)
    model = New()
    model.load_state_dict(made)
    return model


def new_optimizer(model, made, source):
    """The optimizer of the new model with the old one's state, by parameter."""
    params = dict(model.named_parameters())
    for (key, p), state in zip(old.named_parameters(), [source.state[p] for p in old.parameters()]):
        for name, value in state.items():
            parts = moved(key, value) if value is not None and value.shape == p.shape else None
            for new_key, _ in moved(key, p.detach()):
                part = value.clone() if parts is None else dict(parts)[new_key]
                made.state[params[new_key]][name] = part
    return made


new = new_state(old.state_dict())
new_adam = new_optimizer(new, torch.optim.Adam(new.parameters(), lr=0.01), adam)
new_sgd = new_optimizer(new, torch.optim.SGD(new.named_parameters(), lr=0.001, momentum=0.9), sgd)
ema_inner = {k.removeprefix("module."): v for k, v in ema.state_dict().items() if k != "n_averaged"}
new_ema = torch.optim.swa_utils.AveragedModel(new_state(ema_inner))
new_ema.n_averaged.copy_(ema.n_averaged)
torch.save(
    copy.deepcopy(
        {
            "epoch": 5,
            "model": new.state_dict(),
            "adam": new_adam.state_dict(),
            "sgd": new_sgd.state_dict(),
            "ema": new_ema.state_dict(),
        }
    ),
    out / "refactor-new.pt",
)


def generation(number, model):
    params = {k for k, _ in model.named_parameters()}
    return {
        "generation": number,
        "tensors": [
            {
                "id": k,
                "key": k,
                "shape": list(v.shape),
                "dtype": str(v.dtype).removeprefix("torch."),
                "kind": "parameter" if k in params else "buffer",
                "tie": None,
            }
            for k, v in model.state_dict().items()
        ],
        "parameters": [k for k, _ in model.named_parameters()],
    }


facts = {
    "generations": [generation(1, old), generation(2, new)],
    "batches": [
        {"x": x.flatten().tolist(), "y": y.tolist()} for x, y in (batch(s) for s in range(5, 8))
    ],
    # With Adam alone, as the test trains.
    "losses": train(new, [new_adam], range(5, 8)),
}
(out / "refactor.json").write_text(json.dumps(facts) + "\n")
