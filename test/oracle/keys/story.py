"""A classifier that PyTorch trains with Adam, before and after five refactors; and, with a checkpoint, PyTorch training it on.

    python test/oracle/keys/story.py test/fixtures/keys          writes story-old.pt and story.json
    python test/oracle/keys/story.py --continue story-back.pt    prints the losses of training on, as JSON

The refactors, one after the other: emb becomes embed; mid moves into body; qkv is split into q, k and v; head comes first; a
LayerNorm is inserted before it. The new model's state is put together by hand here.
"""
import json
import sys
from pathlib import Path

import torch
from torch import nn


class Old(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Linear(6, 8)
        self.qkv = nn.Linear(8, 24)
        self.mid = nn.Linear(8, 8)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        q, k, v = self.qkv(torch.relu(self.emb(x))).chunk(3, -1)
        return self.head(torch.relu(self.mid(q * torch.sigmoid(k) + v)))


class New(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 3)
        self.embed = nn.Linear(6, 8)
        self.q = nn.Linear(8, 8)
        self.k = nn.Linear(8, 8)
        self.v = nn.Linear(8, 8)
        self.body = nn.Module()
        self.body.mid = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)

    def forward(self, x):
        h = torch.relu(self.embed(x))
        h = self.q(h) * torch.sigmoid(self.k(h)) + self.v(h)
        return self.head(self.norm(torch.relu(self.body.mid(h))))


def batch(step):
    g = torch.Generator().manual_seed(300 + step)
    return torch.randn(5, 6, generator=g), torch.randint(0, 3, (5,), generator=g)


def train(model, optimizer, steps):
    losses = []
    for step in steps:
        x, y = batch(step)
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


MOVED = {"emb": "embed", "mid": "body.mid", "head": "head"}


def moved(key, value):
    module, name = key.split(".")
    if module == "qkv":
        return {f"{p}.{name}": part.clone() for p, part in zip("qkv", value.chunk(3, 0))}
    return {f"{MOVED[module]}.{name}": value.clone()}


def write(folder):
    torch.manual_seed(11)
    old = Old()
    adam = torch.optim.Adam(old.parameters(), lr=0.02)
    train(old, adam, range(4))
    torch.save({"model": old.state_dict(), "optimizer": adam.state_dict()}, folder / "story-old.pt")
    new = New()
    state = {k: v for key, value in old.state_dict().items() for k, v in moved(key, value).items()}
    missing = new.load_state_dict(state, strict=False)
    assert missing.missing_keys == ["norm.weight", "norm.bias"] and not missing.unexpected_keys
    new_adam = torch.optim.Adam(new.parameters(), lr=0.02)
    params = dict(new.named_parameters())
    for key, p in old.named_parameters():
        entries = adam.state[p]
        for new_key in moved(key, p.detach()):
            new_adam.state[params[new_key]] = {
                name: value.clone() if name == "step" else moved(key, value)[new_key]
                for name, value in entries.items()
            }
    losses = train(new, new_adam, range(4, 12))
    facts = {
        "batches": [
            {"x": x.flatten().tolist(), "y": y.tolist()} for x, y in (batch(s) for s in range(4, 8))
        ],
        "losses": losses,
    }
    (folder / "story.json").write_text(json.dumps(facts) + "\n")


def go_on(file):
    saved = torch.load(file, weights_only=True)
    model = New()
    model.load_state_dict(saved["model"])
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    adam.load_state_dict(saved["optimizer"])
    print(json.dumps(train(model, adam, range(8, 12))))


if sys.argv[1] == "--continue":
    go_on(sys.argv[2])
else:
    write(Path(sys.argv[1]))
