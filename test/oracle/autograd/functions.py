"""Writes test/fixtures/autograd/functions-*.json: PyTorch's gradients of the cases of test/oracle/functions.

The gradients are those of sum(w * f(x)) over all results of floats, w from a counter, with respect to every input of floats.
Of long gradients 48 elements stand there, evenly spaced, and their sums. Run with the oracle's Python.
"""
import importlib
import json
import math
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "functions"))
import run  # noqa: E402
from tensors import argument, mix  # noqa: E402

OUT = pathlib.Path(__file__).parents[2] / "fixtures" / "autograd"
MOST = 48
# Where PyTorch's own float32 is this far from its float64: eps / (d^2 + eps)^1.5 of two elements, which cancel.
TOLERANCE = {("norm", 21): 1e-4}


def tensors_in(x):
    if isinstance(x, torch.Tensor):
        return [x]
    if isinstance(x, (tuple, list)):
        return [t for i in x for t in tensors_in(i)]
    return []


def weights(shape, k):
    n = math.prod(shape)
    return torch.tensor([math.floor((mix(777 + k, i) * 2 - 1) * 1024) / 1024 for i in range(n)], dtype=torch.float64).reshape(shape)


def number(v):
    v = float(v)
    if v != v:
        return "NaN"
    if v in (float("inf"), float("-inf")):
        return "Infinity" if v > 0 else "-Infinity"
    return float(f"{v:.7g}")


def compact(grad):
    """Elements and, where not all stand there, sum and sum of sizes."""
    if grad is None:
        return None
    flat = grad.detach().reshape(-1).double()
    n = flat.numel()
    if n <= MOST:
        return [number(v) for v in flat.tolist()]
    picked = [flat[i * n // MOST] for i in range(MOST)]
    return {"picked": [number(v) for v in picked], "sum": number(flat.sum()), "size": number(flat.abs().sum())}


def loss_of(outputs):
    total = None
    for k, y in enumerate(outputs):
        if not y.requires_grad:
            continue
        part = (y.double() * weights(y.shape, k)).sum()
        total = part if total is None else total + part
    return total


def gradients(case):
    """With respect to every input of floats, or to those that PyTorch differentiates for."""
    try:
        return attempt(case, lambda i: True)
    except RuntimeError as error:
        if "not differentiable with respect to" not in str(error):
            raise
    wanted = [0]
    for i in range(1, 6):
        try:
            attempt(case, lambda k: k in wanted or k == i)
            wanted.append(i)
        except RuntimeError:
            pass
    return {**attempt(case, lambda k: k in wanted), "only": [i for i in wanted]}


def attempt(case, wants):
    seed = [case["seed"] * 16]
    args = [argument(a, seed) for a in case["args"]]
    named = {k: argument(v, seed) for k, v in case.get("named", {}).items()}
    leaves = [t for t in tensors_in(args) + tensors_in(list(named.values())) if t.dtype.is_floating_point]
    leaves = [t for i, t in enumerate(leaves) if wants(i)]
    for t in leaves:
        t.requires_grad_()
    special = run.SPECIAL.get(case["row"])
    if special:
        result = special(*args, **named)
    else:
        f = run.find(case.get("call", case["row"]))
        result = f.__get__(args[0]) if hasattr(f, "__get__") and not callable(f) else f(*args, **named)
    outputs = tensors_in(result)
    flags = [y.requires_grad for y in outputs]
    if not any(flags):
        return {"requires": flags, "grads": None}
    grads = torch.autograd.grad(loss_of(outputs), leaves, allow_unused=True)
    return {"requires": flags, "grads": [compact(g) for g in grads]}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    here = pathlib.Path(__file__).parents[1] / "functions" / "cases"
    for path in sorted(here.glob("*.py")):
        if path.stem.startswith("_"):
            continue
        lines = []
        for i, case in enumerate(importlib.import_module(f"cases.{path.stem}").CASES):
            # PyTorch itself crashes on the gradient of grid_sample at NaN.
            if case.get("random") or (case["row"] == "grid_sample" and '"nan"' in json.dumps(case)):
                continue
            case = {"seed": i + 1, **case}
            torch.manual_seed(0)
            try:
                found = gradients(case)
            except Exception as e:
                print("skipped", path.stem, json.dumps(case)[:150], type(e).__name__, str(e)[:120])
                continue
            if found["grads"] is None and not found["requires"]:
                continue
            tol = {"tol": TOLERANCE[path.stem, i + 1]} if (path.stem, i + 1) in TOLERANCE else {}
            lines.append(json.dumps({"row": case["row"], "seed": case["seed"], **tol, **found}, separators=(",", ":")))
        (OUT / f"functions-{path.stem}.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
        print(path.stem, len(lines))


if __name__ == "__main__":
    main()
