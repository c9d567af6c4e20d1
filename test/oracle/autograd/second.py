"""Writes test/fixtures/autograd/second.json: gradients of gradients, for the first plain case of every function.

The second gradients are those of sum(w * g) over the first gradients g of test/oracle/autograd/functions.py.
"""
import importlib
import json
import pathlib

import torch
from functions import OUT, argument, compact, loss_of, run, tensors_in, weights

HERE = pathlib.Path(__file__).parents[1] / "functions" / "cases"

# Rows whose own second gradients PyTorch computes wrongly (its gradgradcheck refuses them), written out.
SPELLED_OUT = {"weight_norm": lambda v, g, dim=0: v * (g / torch.norm_except_dim(v, 2, dim))}


def second(case):
    seed = [case["seed"] * 16]
    args = [argument(a, seed) for a in case["args"]]
    named = {k: argument(v, seed) for k, v in case.get("named", {}).items()}
    leaves = [t for t in tensors_in(args) + tensors_in(list(named.values())) if t.dtype.is_floating_point]
    for t in leaves:
        t.requires_grad_()
    special = SPELLED_OUT.get(case["row"]) or run.SPECIAL.get(case["row"])
    f = special or run.find(case.get("call", case["row"]))
    loss = loss_of(tensors_in(f(*args, **named)))
    if loss is None:
        return None
    first = torch.autograd.grad(loss, leaves, create_graph=True, allow_unused=True)
    parts = [(g.double() * weights(g.shape, 5)).sum() for g in first if g is not None and g.requires_grad]
    if not parts:
        return None
    grads = torch.autograd.grad(sum(parts), leaves, allow_unused=True)
    if all(g is None or not g.any() for g in grads):
        return None
    return [compact(g) for g in grads]


lines, seen = [], set()
for path in sorted(HERE.glob("*.py")):
    if path.stem.startswith("_"):
        continue
    for i, case in enumerate(importlib.import_module(f"cases.{path.stem}").CASES):
        text = json.dumps(case)
        if case.get("random") or case["row"] in seen or any(e in text for e in ['"nan"', '"inf"', "float16", ":0,", ":0]"]):
            continue
        try:
            found = second({"seed": i + 1, **case})
        except Exception:
            continue
        if found is not None:
            seen.add(case["row"])
            lines.append(json.dumps({"family": path.stem, "row": case["row"], "seed": i + 1, "grads": found}, separators=(",", ":")))
(OUT / "second.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
print(len(lines))
