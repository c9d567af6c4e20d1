"""What PyTorch says of a few nested models: listings, print, and the reports of loading state_dicts that do not fit.

    python test/oracle/nn/modules.py > test/fixtures/nn/modules.json
"""
import json

import torch
from torch import nn


class Tied(nn.Module):
    """Two children share a weight, one child stands under two names, one buffer is not persistent."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5, 4)
        self.scale = nn.Parameter(torch.ones(1))
        self.body = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.1))
        self.again = self.body
        self.head = nn.Linear(4, 5, bias=False)
        self.head.weight = self.embed.weight
        self.register_buffer("steps", torch.zeros(()))
        self.register_buffer("mask", torch.ones(2), persistent=False)


class Blocks(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.blocks = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 4)])
        self.heads = nn.ModuleDict({"cls": nn.Linear(4, 2), "box": nn.MultiheadAttention(4, 2)})
        self.tokens = nn.ParameterList([nn.Parameter(torch.zeros(1, 4)), nn.Parameter(torch.zeros(()))])
        self.norm = nn.InstanceNorm1d(4)


MODELS = {"Tied": Tied, "Blocks": Blocks}


def listing(name):
    torch.manual_seed(0)
    m = MODELS[name]()
    state = m.state_dict()
    return {
        "state": [[k, list(v.shape)] for k, v in state.items()],
        "metadata": [[k, v["version"]] for k, v in state._metadata.items()],
        "parameters": [k for k, _ in m.named_parameters()],
        "buffers": [k for k, _ in m.named_buffers()],
        "modules": [k for k, _ in m.named_modules()],
        "children": [k for k, _ in m.named_children()],
        "repr": repr(m),
        "sums": [float(v.double().sum()) for v in state.values()],
    }


def report(name, change, metadata, strict):
    """`change`: key -> shape (null: left out) over the model's own state."""
    m = MODELS[name]()
    state = m.state_dict()
    meta = state._metadata
    for key, shape in change.items():
        if shape is None:
            del state[key]
        else:
            state[key] = torch.zeros(shape)
    if metadata == "none":
        state = dict(state)
    elif metadata == "version 1":
        state._metadata = {k: {"version": 1} for k in meta}
    out = {"model": name, "change": change, "metadata": metadata, "strict": strict}
    try:
        result = m.load_state_dict(state, strict=strict)
        return {**out, "missing": result.missing_keys, "unexpected": result.unexpected_keys}
    except RuntimeError as e:
        return {**out, "error": str(e)}


REPORTS = [
    ("Blocks", {}, "kept", True),
    ("Blocks", {"stem.1.num_batches_tracked": None}, "kept", True),
    ("Blocks", {"stem.1.num_batches_tracked": None}, "none", True),
    ("Blocks", {"stem.1.num_batches_tracked": None}, "version 1", True),
    ("Blocks", {"stem.1.num_batches_tracked": None}, "kept", False),
    ("Blocks", {"stem.0.weight": None, "blocks.1.bias": None, "extra": [2], "stem.9.weight": [3], "heads.cls.weight.deep": [1]}, "kept", True),
    ("Blocks", {"stem.0.weight": None, "extra": [2]}, "kept", False),
    ("Blocks", {"stem.0.weight": [8, 3, 5, 5], "stem.1.num_batches_tracked": [1], "tokens.1": [2]}, "kept", False),
    ("Blocks", {"stem.0.weight": [8, 3, 5, 5], "blocks.0.weight": None, "zzz": []}, "kept", True),
    ("Blocks", {"norm.running_mean": [4], "norm.running_var": [4]}, "none", True),
    ("Blocks", {"norm.running_mean": [4]}, "kept", True),
    ("Tied", {"again.0.weight": None, "mask": [2]}, "none", True),
    ("Tied", {"head.weight": [5, 3]}, "none", True),
]

out = {"listings": {n: listing(n) for n in MODELS}, "reports": [report(*r) for r in REPORTS]}
print('{"listings":%s,\n"reports":[\n' % json.dumps(out["listings"], separators=(",", ":"))
      + ",\n".join(json.dumps(r, separators=(",", ":")) for r in out["reports"]) + "\n]}")
