"""Reads files that carry their model with torch and safetensors, and prints a digest of every tensor, as JSON.

    python test/oracle/keys/read_stamped.py FILE.pt FILE.safetensors

Of a .pt twice: weights only, and mapped into memory too.
"""
import hashlib
import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file


def digests(state):
    return {key: hashlib.sha256(t.contiguous().numpy().tobytes()).hexdigest() for key, t in state.items()}


torch_file, safe_file = sys.argv[1:]
found = {
    "torch": digests(torch.load(torch_file, weights_only=True)["model"]),
    "torch mmap": digests(torch.load(torch_file, weights_only=True, mmap=True)["model"]),
    "safetensors": digests(load_file(safe_file)),
}
with safe_open(safe_file, "pt") as file:
    found["safetensors, opened"] = digests({key: file.get_tensor(key) for key in file.keys()})
    assert "holdfast" in file.metadata()
print(json.dumps(found))
