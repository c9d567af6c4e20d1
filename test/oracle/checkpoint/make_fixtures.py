"""Writes the small checkpoints under test/fixtures/checkpoint/ with real torch and safetensors, and what they hold.

    python test/oracle/checkpoint/make_fixtures.py [OUTPUT]

Each FILE.json beside a file is its description in the node forms of `holdfast inspect --json`, made by the reference
description tool (DESCRIBE, by default ../shared/data/serialization/tools/describe.py) from what torch loaded.
"""

import argparse
import collections
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import sys
import warnings
import zipfile

import numpy as np
import safetensors.torch
import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing as mp
from torch import nn

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "test/fixtures/checkpoint"
TOOL = pathlib.Path(os.environ.get("DESCRIBE", ROOT.parent / "shared/data/serialization/tools/describe.py"))


def describe(path, full=False):
    spec = importlib.util.spec_from_file_location("describe", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.describe(module.load(str(path), full))


def write_json(name, value):
    (OUT / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


def digest(tensor):
    data = tensor.detach().contiguous().numpy().tobytes()
    return hashlib.sha256(data).hexdigest()


def summary(state_dict):
    return [[k, str(t.dtype)[6:], list(t.shape), digest(t)] for k, t in state_dict.items()]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3)
        self.bn = nn.BatchNorm2d(3)
        self.register_buffer("hidden", torch.ones(2), persistent=False)
        self.register_buffer("shown", torch.arange(3))

    def forward(self, x):
        return self.bn(self.conv(x)) + self.shown.sum() + self.hidden.sum()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.head = nn.Linear(3, 2)
        self.tied = nn.Linear(3, 2, bias=False)
        self.tied.weight = self.head.weight
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.head(self.first(x).mean(dim=[2, 3]))) + self.tied.weight.sum()


def without_paths(path):
    """Repacks an archive without the records that name files of this machine; no reader of weights needs them."""
    records = zipfile.ZipFile(path)
    names = [n for n in records.namelist() if not n.endswith((".debug_pkl", "models/model.json"))]
    kept = [(name, records.read(name)) for name in names]
    with zipfile.ZipFile(path, "w") as out:
        for name, data in kept:
            out.writestr(zipfile.ZipInfo(name), data)


def values():
    shared = torch.arange(12, dtype=torch.float32)
    twice = [1, 2]
    loop = {"name": "loop"}
    loop["self"] = loop
    tree = {
        "views": [shared[2:8], shared.view(3, 4).t(), shared[:0], shared[5]],
        "twice": [twice, twice],
        "loop": loop,
        "types": (None, True, 0, -1, 255, 256, 65536, -(2**31), 2**31, 2**53 + 1, -(2**70), 0.1, float("nan"), -0.0),
        "text": "h\u00e9 \u65e5\u672c \U0001f600",
        "bytes": b"\x00\xff",
        "bytearray": bytearray(b"ab"),
        "complex": 1 - 2j,
        "set": {3, "x"},
        "counter": collections.Counter({5: 1}),
        "size": torch.Size([2, 3]),
        "dtype": torch.bfloat16,
        "device": torch.device("cuda:1"),
        "layout": torch.strided,
        "parameter": nn.Parameter(torch.ones(2)),
        "half": torch.tensor([1.5, -2.0], dtype=torch.float16),
        "bfloat": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "bool": torch.tensor([[True], [False]]),
        "complex64": torch.tensor([1 + 2j, 3 - 4j]),
        "float8": torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn),
        "uint16": torch.tensor([1, 2], dtype=torch.uint16),
        "sparse": torch.sparse_coo_tensor(torch.tensor([[0, 1], [2, 0]]), torch.tensor([3.0, 4.0]), (2, 3)),
        "csr": torch.tensor([[0.0, 1.0], [2.0, 0.0]]).to_sparse_csr(),
        "quantized": torch.quantize_per_tensor(torch.tensor([0.5, 1.0]), 0.1, 3, torch.quint8),
        "per_channel": torch.quantize_per_channel(
            torch.ones(2, 3), torch.tensor([0.1, 0.2], dtype=torch.float64), torch.tensor([0, 1]), 0, torch.qint8
        ),
        0: "int key",
        "0": "str key",
        (1, ("a", 2.5)): "tuple key",
        "__proto__": {"constructor": 1},
    }
    tensor = torch.ones(2)
    tensor.note = "an attribute"
    tree["attribute"] = tensor
    return tree


def sharded(rank, folder, port):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    dist.init_process_group("gloo", rank=rank, world_size=2)
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import Replicate, Shard, distribute_tensor

    mesh = init_device_mesh("cpu", (2,))
    whole = torch.arange(15, dtype=torch.float32).reshape(5, 3)
    state = {
        "model": {
            "rows": distribute_tensor(whole, mesh, [Shard(0)]),
            "columns": distribute_tensor(whole.clone(), mesh, [Shard(1)]),
            "same": distribute_tensor(torch.ones(2), mesh, [Replicate()]),
        },
        "optimizer": {"param_groups": [{"lr": 0.1, "params": [0, 1]}]},
        "epoch": 3,
    }
    dcp.save(state, checkpoint_id=folder)
    dist.destroy_process_group()


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    net = Net().eval()

    for name, options in {"values.pt": {}, "values-legacy.pt": {"_use_new_zipfile_serialization": False}}.items():
        tree = values()
        if options:
            # The legacy format has no untyped storages.
            for key in ("float8", "uint16"):
                del tree[key]
        torch.save(tree, OUT / name, **options)
        write_json(name + ".json", describe(OUT / name))

    optimizer = torch.optim.Adam(net.parameters())
    net.train()(torch.randn(2, 2, 5, 5)).sum().backward()
    optimizer.step()
    net.eval()
    torch.save({"epoch": 1, "model_state_dict": net.state_dict(), "optimizer": optimizer.state_dict()}, OUT / "training.pt")
    write_json("training.pt.json", describe(OUT / "training.pt"))

    # What training scripts save beside the weights: classes and numbers that weights-only reading refuses.
    beside = {"epoch": 1, "args": argparse.Namespace(lr=0.1), "best": np.float64(0.5), "state_dict": net.state_dict(), "rng": torch.zeros(3)}
    torch.save(beside, OUT / "beside.pt")

    torch.save(net, OUT / "module.pt")
    # The legacy format carries the source text of every class, and where it lay: a stand-in for both.
    torch.serialization.get_source_lines_and_file = lambda cls: ([f"class {cls.__name__}: ...\n"], 0, "model.py")
    torch.save({"model": net}, OUT / "module-legacy.pt", _use_new_zipfile_serialization=False)
    write_json("module.json", summary(net.state_dict()))

    scripted = torch.jit.script(net)
    torch.jit.save(scripted, str(OUT / "scripted.pt"))
    write_json("scripted.json", summary(torch.jit.load(str(OUT / "scripted.pt")).state_dict()))

    without_paths(OUT / "scripted.pt")
    program = torch.export.export(net, (torch.randn(1, 2, 5, 5),))
    torch.export.save(program, OUT / "program.pt2")
    write_json("program.json", summary(torch.export.load(OUT / "program.pt2").state_dict))
    without_paths(OUT / "program.pt2")

    folder = OUT / "distributed"
    shutil.rmtree(folder, ignore_errors=True)
    mp.spawn(sharded, args=(str(folder), 29517), nprocs=2)
    write_json("distributed.json", summary({"rows": torch.arange(15.0).reshape(5, 3), "same": torch.ones(2)}))

    plain = {k: v.clone() for k, v in net.state_dict().items()}
    safetensors.torch.save_file(plain, OUT / "net.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
