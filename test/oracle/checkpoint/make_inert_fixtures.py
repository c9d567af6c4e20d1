"""Writes test/fixtures/checkpoint/inert/: files that weights-only reading refuses, as real projects save them, and their tensors.

    python test/oracle/checkpoint/make_inert_fixtures.py [OUTPUT]

expected.json has for each file the state_dict that Python gets out of it: key, dtype, shape and SHA-256 of the contiguous bytes.
"""

import collections
import dataclasses
import json
import pathlib
import pickle
import shutil
import sys

import joblib
import numpy as np
import torch
import torch.distributed.checkpoint as dcp
from torch import fx, nn

from make_fixtures import digest

ROOT = pathlib.Path(__file__).resolve().parents[3]
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "test/fixtures/checkpoint/inert"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.register_buffer("adjacency", torch.eye(3).to_sparse())

    def forward(self, x):
        return self.fc(x)


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)


class Image(torch.Tensor):
    """A subclass, as fastai and torchvision have them."""


class Trainer:
    def __init__(self, net):
        self.steps = 3
        self.policy = net


def rows(state_dict):
    return [[k, str(t.dtype)[6:], list(t.shape), digest(t)] for k, t in state_dict.items() if t.layout == torch.strided]


def distributed(state):
    """A folder whose parts name a number of NumPy's, and one whose chunks lie on each other, though their sizes add up."""
    shutil.rmtree(OUT / "distributed", ignore_errors=True)
    dcp.save({"model": state, "best": np.float64(0.875)}, checkpoint_id=OUT / "distributed")
    metadata = pickle.loads((ROOT / "test/fixtures/checkpoint/distributed/.metadata").read_bytes())
    moved = torch.Size([1, 0])
    chunks = metadata.state_dict_metadata["model.rows"].chunks
    wrong = next(c for c in chunks if c.offsets == torch.Size([3, 0]))
    chunks[chunks.index(wrong)] = dataclasses.replace(wrong, offsets=moved)
    for index in list(metadata.storage_data):
        if index.fqn == "model.rows" and index.offset == torch.Size([3, 0]):
            metadata.storage_data[dataclasses.replace(index, offset=moved)] = metadata.storage_data.pop(index)
    (OUT / "overlapping.metadata").write_bytes(pickle.dumps(metadata))


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    net, dense = Net(), Dense()
    expected = {}

    def save(name, value, state_dict):
        torch.save(value, OUT / name)
        expected[name] = rows(state_dict)

    state = dense.state_dict()
    save("list.pt", [dense, torch.optim.SGD(dense.parameters(), 0.1)], state)
    save("trainer.pt", Trainer(dense), state)
    save("sparse-buffer.pt", net, net.state_dict())
    save("graph-module.pt", fx.symbolic_trace(dense), state)
    images = {"w": torch.arange(6.0).view(2, 3).as_subclass(Image), "b": torch.ones(2)}
    images["w"].path = "a.png"
    save("subclass.pt", images, {k: v.as_subclass(torch.Tensor) for k, v in images.items()})
    numbers = {"best": np.float64(0.875), "epoch": np.int64(3), "done": np.bool_(True), "state_dict": state}
    save("numbers.pt", numbers, state)

    arrays = {
        "conv.weight": np.arange(12, dtype="f4").reshape(2, 3, 2),
        "conv.fortran": np.asfortranarray(np.arange(6, dtype="f8").reshape(2, 3)),
        "conv.big": np.arange(4, dtype=">i4"),
        "step": np.array(5, dtype="i8"),
        "names": np.array(["a", None], dtype=object),
    }
    tensors = {k: torch.from_numpy(v.astype(v.dtype.newbyteorder("="))) for k, v in arrays.items() if v.dtype != object}
    for name, protocol in {"detectron.pkl": 2, "detectron5.pkl": 5}.items():
        model = {"model": arrays, "__author__": "somebody", "matching_heuristics": True}
        (OUT / name).write_bytes(pickle.dumps(model, protocol=protocol))
        expected[name] = rows(tensors)
    for name, protocol in {"tensors.pkl": 2, "tensors4.pkl": 4}.items():
        (OUT / name).write_bytes(pickle.dumps(collections.OrderedDict(state), protocol=protocol))
        expected[name] = rows(state)
    (OUT / "module.pkl").write_bytes(pickle.dumps(dense))
    expected["module.pkl"] = rows(state)

    distributed(state)

    # Files that are no checkpoints, of projects that people take them from.
    np.savez(OUT / "arrays.npz", a=np.ones(2), b=np.zeros(1))
    joblib.dump({"a": np.ones(2)}, OUT / "arrays.joblib")
    joblib.dump({"a": np.ones(2)}, OUT / "small.joblib", compress=3)
    (OUT / "protocol0.pkl").write_bytes(pickle.dumps({"a": 1}, protocol=0))
    (OUT / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
