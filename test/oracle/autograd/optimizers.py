"""Writes test/fixtures/autograd/optimizers.json: 100 steps of PyTorch's optimizers on a small net, and their state dicts.

The net is tanh(x W1 + b1) W2 + b2 with a mean squared error; weights and data are waves that the test repeats. Of every run
the loss of each tenth step stands there, the parameters after the last, and state_dict() with its types.
"""
import json
import math
import pathlib

import torch

OUT = pathlib.Path(__file__).parents[2] / "fixtures" / "autograd" / "optimizers.json"
STEPS = 100
RUNS = [
    ("SGD", {}),
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "dampening": 0.3}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.02, "betas": [0.8, 0.95], "eps": 1e-6, "weight_decay": 0.01}),
    ("Adam", {"lr": 0.02, "amsgrad": True}),
    ("Adam", {"lr": 0.003, "maximize": True}),
    ("AdamW", {"lr": 0.02}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.1, "amsgrad": True, "betas": [0.4, 0.9]}),
]


def wave(shape, seed, dtype):
    n = math.prod(shape)
    return torch.tensor([math.sin(0.7 * i + 1.3 * seed) for i in range(n)], dtype=torch.float64).reshape(shape).to(dtype)


def described(v):
    if isinstance(v, torch.Tensor):
        return {"tensor": str(v.dtype).removeprefix("torch."), "shape": list(v.shape), "values": v.reshape(-1).tolist()}
    if isinstance(v, dict):
        return {"dict": [[described(k), described(x)] for k, x in v.items()]}
    if isinstance(v, tuple):
        return {"tuple": [described(x) for x in v]}
    if isinstance(v, list):
        return [described(x) for x in v]
    return {"float": v} if isinstance(v, float) else v


def run(name, options, dtype, groups):
    shapes = [(4, 6), (6,), (6, 3), (3,)]
    params = [torch.nn.Parameter(wave(s, i, dtype)) for i, s in enumerate(shapes)]
    x, y = wave((8, 4), 10, dtype), wave((8, 3), 11, dtype)
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    of = [{"params": params[:2]}, {"params": params[2:], "lr": 0.005}] if groups else params
    optimizer = getattr(torch.optim, name)(of, **given)
    losses = []
    for step in range(STEPS):
        if step == 50:
            for group in optimizer.param_groups:
                group["lr"] *= 0.5
        optimizer.zero_grad()
        out = torch.tanh(x @ params[0] + params[1]) @ params[2] + params[3]
        loss = ((out - y) ** 2).mean()
        loss.backward()
        if step % 10 == 0:
            losses.append(loss.item())
        optimizer.step()
    return {
        "name": name,
        "options": options,
        "dtype": str(dtype).removeprefix("torch."),
        "groups": groups,
        "losses": losses,
        "params": [p.detach().reshape(-1).tolist() for p in params],
        "state": described(optimizer.state_dict()) if dtype == torch.float64 else None,
    }


cases = [run(n, o, d, g) for n, o in RUNS for d, g in [(torch.float64, False), (torch.float32, False)]]
cases += [run(n, {"lr": 0.02}, torch.float64, True) for n in ["SGD", "Adam"]]
OUT.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
