"""Random numbers of real PyTorch for fixed seeds.

    python test/oracle/random/samples.py > test/fixtures/random/samples.json

Long samples are kept as their first and last elements and two sums, which a difference in any element changes.
"""
import base64
import json

import torch

TYPES = {"float32": torch.float32, "float64": torch.float64, "float16": torch.float16, "bfloat16": torch.bfloat16,
         "int64": torch.int64, "int32": torch.int32}


def describe(t):
    v = t.flatten().double()
    n = v.numel()
    out = {"size": n, "head": v[:20].tolist(), "tail": v[-20:].tolist()}
    if n > 40:
        out["sum"] = float(v.sum())
        out["weighted"] = float((v * torch.arange(1, n + 1, dtype=torch.float64)).sum())
    return out


cases = []


def case(kind, seed, args, dtype, size, draw):
    torch.manual_seed(seed)
    t = draw(TYPES[dtype], size)
    # What comes next shows how much of the generator was used.
    cases.append({"kind": kind, "seed": seed, "args": args, "dtype": dtype, **describe(t), "next": torch.rand(1).item()})


for dtype in ("float32", "float64", "float16", "bfloat16"):
    for seed, (low, high), n in ((0, (0.0, 1.0), 7), (1, (-0.3, 0.45), 5000), (2**31 + 5, (1e3, 1e3 + 1), 700), (-3, (-1e-3, 1e-3), 64)):
        case("uniform", seed, [low, high], dtype, n, lambda d, n: torch.empty(n, dtype=d).uniform_(low, high))
    for seed, (mean, std), n in ((0, (0.0, 1.0), 1), (0, (0.0, 1.0), 7), (3, (1.5, 0.25), 15), (4, (0.0, 1.0), 16), (5, (0.0, 1.0), 17), (6, (-2.0, 0.02), 5000), (7, (0.0, 1.0), 31)):
        case("normal", seed, [mean, std], dtype, n, lambda d, n: torch.empty(n, dtype=d).normal_(mean, std))
    case("bernoulli", 8, [0.3], dtype, 1000, lambda d, n: torch.empty(n, dtype=d).bernoulli_(0.3))
for dtype in ("float32", "float64"):
    case("exponential", 9, [2.5], dtype, 100, lambda d, n: torch.empty(n, dtype=d).exponential_(2.5))
for seed, low, high, n in ((0, 0, 10, 100), (1, -5, 2**20, 100), (2, 0, 2**28 - 1, 50), (3, 0, 2**28, 50), (4, -(2**40), 2**41, 50)):
    case("integers", seed, [low, high], "int64", n, lambda d, n: torch.randint(low, high, (n,), dtype=d))
case("integers", 5, [0, 100], "int32", 20, lambda d, n: torch.randint(0, 100, (n,), dtype=d))
for n in (0, 1, 10, 1000, 30000):
    case("permutation", 11, [], "int64", n, lambda d, n: torch.randperm(n))

states = []


def state(name, seed, draws):
    torch.manual_seed(seed)
    draws()
    saved = torch.get_rng_state().numpy().tobytes()
    states.append({"name": name, "seed": seed, "state": base64.b64encode(saved).decode(), "next": torch.randn(3).tolist()})


state("one normal is kept", 42, lambda: torch.randn(3))
state("in the middle of the words", 2**40 + 1, lambda: torch.rand(700))

print('{"torch":%s,"cases":[\n' % json.dumps(torch.__version__)
      + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
      + '\n],"states":[\n' + ",\n".join(json.dumps(s, separators=(",", ":")) for s in states) + "\n]}")
