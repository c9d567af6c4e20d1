"""100 steps of PyTorch's optimizers on a net that is bfloat16 throughout: weights, gradients and states.

    python test/oracle/optim/half_curves.py > test/fixtures/optim/half-curves.json

The net of curves.py. "exact" is how far the losses are from those of float64.
"""
import json

import torch

from curves import STEPS, Training

RUNS = [
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("Adam", {"lr": 0.02}),
    ("Adam", {"lr": 0.02, "amsgrad": True, "weight_decay": 0.01}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.1}),
]


def curve(name, options, dtype):
    training = Training(name, options, dtype, "no")
    return training.run(0, STEPS), training.values()


cases = []
for name, options in RUNS:
    losses, params = curve(name, options, torch.bfloat16)
    exact, _ = curve(name, options, torch.float64)
    cases.append(
        {
            "name": name,
            "options": options,
            "losses": losses,
            "params": params,
            "exact": max(abs(a - b) for a, b in zip(losses, exact)),
        }
    )
print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
