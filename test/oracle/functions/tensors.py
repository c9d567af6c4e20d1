"""Tensors of the function cases: written as text, with elements from a counter that TypeScript computes alike.

`@float32[N:2,3] 0..1` is a float32 tensor of shape [2, 3] with elements in [0, 1); the size written `N:2` is 2, and a
variable N where only shapes are inferred. A trailing `T` makes it a transposed view of a tensor of the reversed shape.
`{"values": [...], "shape": [...], "dtype": ...}` has its elements written out.
"""
import re

import torch

DEFAULTS = {"bool": (0, 2), "uint8": (0, 9)}


def mix(seed: int, i: int) -> float:
    """A number in [0, 1) for element i: murmur's finalizer of a counter."""
    h = (i * 0x9E3779B1 + seed * 0x85EBCA77 + 0x165667B1) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    h ^= h >> 16
    return h / 4294967296


def sizes(text: str) -> list[int]:
    return [int(d.split(":")[-1]) for d in text.split(",") if d.strip()]


def from_text(text: str, seed: int) -> torch.Tensor:
    m = re.fullmatch(r"@(\w+)\[(.*?)\](T?)(?: (\S+)\.\.(\S+))?", text)
    name, shape, turned, low, high = m[1], sizes(m[2]), m[3] == "T", m[4], m[5]
    dtype = getattr(torch, name)
    lo, hi = (float(low), float(high)) if low else DEFAULTS.get(name, (-3, 3))
    count = 1
    for d in shape:
        count *= d
    whole = not dtype.is_floating_point
    raw = [lo + mix(seed, i) * (hi - lo) for i in range(count)]
    import math
    data = [math.floor(x) for x in raw] if whole else [math.floor(x * 1024) / 1024 for x in raw]
    x = torch.tensor(data, dtype=torch.float64 if not whole else torch.int64).to(dtype)
    if turned:
        return x.reshape(shape[::-1]).permute(*reversed(range(len(shape))))
    return x.reshape(shape)


def number(x):
    return float(x)


def argument(x, seed: list[int]):
    """A JSON argument as torch takes it. `seed` counts the tensors."""
    if isinstance(x, str) and x.startswith("@"):
        seed[0] += 1
        return from_text(x, seed[0])
    if isinstance(x, dict):
        if "values" in x:
            dtype = getattr(torch, x["dtype"])
            values = [number(v) if dtype.is_floating_point else v for v in x["values"]]
            return torch.tensor(values, dtype=dtype).reshape(x["shape"])
        if "float" in x:
            return number(x["float"])
        if "dim" in x:
            return int(x["dim"].split(":")[-1])
        if "index" in x:
            return tuple(index_item(i, seed) for i in x["index"])
    if isinstance(x, list):
        return [argument(i, seed) for i in x]
    if isinstance(x, str) and isinstance(getattr(torch, x, None), torch.dtype):
        return getattr(torch, x)
    return x


def index_item(x, seed):
    if isinstance(x, dict) and "slice" in x:
        return slice(*[argument(i, seed) for i in x["slice"]])
    if x == "newaxis":
        return None
    if x == "ellipsis":
        return ...
    return argument(x, seed)
