"""torch.multinomial, and the initialisations that choose, for fixed seeds.

    python test/oracle/random/choices.py > test/fixtures/random/choices.json
"""
import json
import math

import torch


def weights(shape, dtype):
    n = math.prod(shape)
    w = torch.tensor([abs(math.sin(0.9 * i + 0.3)) if i % 5 else 0.0 for i in range(n)], dtype=torch.float64)
    return w.reshape(shape).to(dtype)


choices = []
for seed, (shape, count, replacement) in enumerate([((7,), 1, False), ((7,), 5, False), ((7,), 1, True), ((7,), 30, True), ((3, 20), 1, False), ((3, 20), 8, False), ((3, 20), 25, True), ((500,), 300, False), ((500,), 100, True)]):
    for dtype in ("float32", "float64", "float16", "bfloat16"):
        if shape == (500,) and not replacement and dtype.endswith("16"):
            continue  # Of equal halves topk takes any.
        torch.manual_seed(seed)
        got = torch.multinomial(weights(shape, getattr(torch, dtype)), count, replacement)
        choices.append({"seed": seed, "shape": shape, "dtype": dtype, "count": count, "replacement": replacement,
                        "indices": got.flatten().tolist(), "next": torch.rand(1).item()})

inits = []
for name, shape, args in (("sparse_", (10, 4), [0.3]), ("sparse_", (3, 20), [0.5, 2.0]), ("dirac_", (4, 6, 3), []), ("dirac_", (6, 2, 3, 4), [2]), ("dirac_", (3, 3, 1, 2, 5), [3])):
    torch.manual_seed(5)
    t = torch.empty(shape)
    getattr(torch.nn.init, name)(t, *args)
    inits.append({"name": name, "shape": shape, "args": args, "values": t.flatten().tolist(), "next": torch.rand(1).item()})

print(json.dumps({"choices": choices, "inits": inits}, separators=(",", ":")))
