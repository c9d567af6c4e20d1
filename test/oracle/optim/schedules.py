"""Schedules of real PyTorch 2.13, and their dictionaries in the middle.

    python test/oracle/optim/schedules.py

Writes test/fixtures/optim/schedules.json, the rates (and momenta, where they are moved) of every step; and schedules.pt, a list of
what scheduler and optimizer held after 60 steps. A schedule is [class, options]; functions stand there by name, schedulers within
schedulers as schedules.
"""
import json
import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler, swa_utils

OUT = pathlib.Path(__file__).parents[2] / "fixtures" / "optim"
STEPS = 120
FUNCTIONS = {
    "decay": lambda e: 0.95**e,
    "warm": lambda e: min(1.0, (e + 1) / 10),
    "slower": lambda e: 0.98 if e % 2 else 0.99,
    "halves": lambda x: 0.5 * (1 + 1 / x),
}
# Optimizer, its options, whether it has a second group of rate 0.02, and the schedule.
SGD = ("SGD", {"lr": 0.1, "momentum": 0.9})
ADAM = ("Adam", {"lr": 0.003})
CASES = [
    (SGD, True, ["LambdaLR", {"lr_lambda": "decay"}]),
    (SGD, True, ["LambdaLR", {"lr_lambda": ["warm", "slower"]}]),
    (SGD, False, ["MultiplicativeLR", {"lr_lambda": "slower"}]),
    (SGD, True, ["StepLR", {"step_size": 7}]),
    (SGD, False, ["StepLR", {"step_size": 30, "gamma": 0.3}]),
    (SGD, False, ["MultiStepLR", {"milestones": [10, 25, 25, 70], "gamma": 0.3}]),
    (SGD, False, ["ConstantLR", {}]),
    (SGD, False, ["ConstantLR", {"factor": 0.7, "total_iters": 40}]),
    (SGD, False, ["LinearLR", {}]),
    (SGD, True, ["LinearLR", {"start_factor": 0.9, "end_factor": 0.05, "total_iters": 77}]),
    (SGD, False, ["ExponentialLR", {"gamma": 0.97}]),
    (SGD, False, ["PolynomialLR", {}]),
    (SGD, False, ["PolynomialLR", {"total_iters": 100, "power": 0.9}]),
    (SGD, True, ["PolynomialLR", {"total_iters": 90, "power": 2.5}]),
    (SGD, False, ["CosineAnnealingLR", {"T_max": 100}]),
    (SGD, True, ["CosineAnnealingLR", {"T_max": 13, "eta_min": 0.001}]),
    (SGD, False, ["CosineAnnealingWarmRestarts", {"T_0": 17}]),
    (SGD, True, ["CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 1e-4}]),
    (SGD, False, ["OneCycleLR", {"max_lr": 0.3, "total_steps": 130}]),
    (ADAM, True, ["OneCycleLR", {"max_lr": [0.01, 0.02], "epochs": 10, "steps_per_epoch": 12, "three_phase": True}]),
    (ADAM, False, ["OneCycleLR", {"max_lr": 0.1, "total_steps": 120, "anneal_strategy": "linear", "pct_start": 0.25, "div_factor": 10, "final_div_factor": 100, "base_momentum": 0.8, "max_momentum": 0.9}]),
    (("RMSprop", {"lr": 0.01}), False, ["OneCycleLR", {"max_lr": 0.1, "total_steps": 120, "cycle_momentum": False}]),
    (SGD, False, ["CyclicLR", {"base_lr": 0.001, "max_lr": 0.1, "step_size_up": 20}]),
    (SGD, True, ["CyclicLR", {"base_lr": [0.001, 0.002], "max_lr": 0.1, "step_size_up": 9, "step_size_down": 14, "mode": "triangular2"}]),
    (ADAM, False, ["CyclicLR", {"base_lr": 0.001, "max_lr": 0.1, "step_size_up": 20, "mode": "exp_range", "gamma": 0.99, "base_momentum": 0.7, "max_momentum": 0.95}]),
    (SGD, False, ["CyclicLR", {"base_lr": 0.001, "max_lr": 0.1, "step_size_up": 11, "scale_fn": "halves", "cycle_momentum": False}]),
    (SGD, True, ["ReduceLROnPlateau", {}]),
    (SGD, False, ["ReduceLROnPlateau", {"mode": "max", "factor": 0.5, "patience": 3, "threshold": 0.01, "threshold_mode": "abs", "cooldown": 2, "min_lr": 0.001}]),
    (SGD, True, ["ReduceLROnPlateau", {"patience": 2, "min_lr": [0.01, 0.001], "eps": 1e-3}]),
    (SGD, True, ["SequentialLR", {"schedulers": [["LinearLR", {"total_iters": 10}], ["CosineAnnealingLR", {"T_max": 80}], ["ExponentialLR", {"gamma": 0.9}]], "milestones": [10, 90]}]),
    (SGD, False, ["SequentialLR", {"schedulers": [["ConstantLR", {"factor": 0.1, "total_iters": 15}], ["StepLR", {"step_size": 9, "gamma": 0.5}]], "milestones": [15]}]),
    (SGD, True, ["ChainedScheduler", {"schedulers": [["ConstantLR", {"factor": 0.1, "total_iters": 20}], ["ExponentialLR", {"gamma": 0.95}], ["StepLR", {"step_size": 33}]]}]),
    (SGD, False, ["SequentialLR", {"schedulers": [["ChainedScheduler", {"schedulers": [["LinearLR", {"total_iters": 12}], ["ExponentialLR", {"gamma": 0.99}]]}], ["MultiStepLR", {"milestones": [20, 50]}]], "milestones": [30]}]),
    (SGD, True, ["SWALR", {"swa_lr": 0.05}]),
    (SGD, False, ["SWALR", {"swa_lr": 0.2, "anneal_epochs": 50, "anneal_strategy": "linear"}]),
    (("SGD", {"lr": 1}), False, ["StepLR", {"step_size": 40, "gamma": 2}]),
]


def build(optimizer, schedule):
    name, options = schedule
    options = dict(options)
    for key in ("lr_lambda", "scale_fn"):
        given = options.get(key)
        if given is not None:
            options[key] = [FUNCTIONS[g] for g in given] if isinstance(given, list) else FUNCTIONS[given]
    if "schedulers" in options:
        parts = [build(optimizer, s) for s in options.pop("schedulers")]
        if name == "ChainedScheduler":
            return lr_scheduler.ChainedScheduler(parts)
        options["schedulers"] = parts
    cls = swa_utils.SWALR if name == "SWALR" else getattr(lr_scheduler, name)
    return cls(optimizer, **options)


def start(case):
    (name, options), two, schedule = case
    params = [torch.nn.Parameter(torch.zeros(2)) for _ in range(2)]
    groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.02}] if two else params
    optimizer = getattr(torch.optim, name)(groups, **options)
    return optimizer, build(optimizer, schedule)


def metric(step):
    return math.floor(100 * (2 + math.sin(step / 9)) / (1 + min(step, 40) / 10)) / 100


def rates(optimizer):
    """Of every group: the rate, and the momentum."""
    out = []
    for g in optimizer.param_groups:
        out.append(float(g["lr"]))
        out.append(float(g["betas"][0] if "betas" in g else g.get("momentum", 0)))
    return out


def run(optimizer, scheduler, first, last):
    seen = []
    for step in range(first, last):
        seen.append(rates(optimizer))
        if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
            scheduler.step(metric(step))
        else:
            scheduler.step()
    return seen


def main():
    warnings.simplefilter("ignore")
    cases, states = [], []
    for case in CASES:
        optimizer, scheduler = start(case)
        seen = run(optimizer, scheduler, 0, 60)
        states.append(torch.load(save({"scheduler": scheduler.state_dict(), "optimizer": optimizer.state_dict()}), weights_only=False))
        seen += run(optimizer, scheduler, 60, STEPS)
        # Values that stay are left out: [step, values...] where something changes.
        kept = [[i, *v] for i, v in enumerate(seen) if i == 0 or v != seen[i - 1]]
        cases.append({"optimizer": case[0], "two": case[1], "schedule": case[2], "rates": kept})
    (OUT / "schedules.json").write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
    torch.save(states, OUT / "schedules.pt", _use_new_zipfile_serialization=False)


def save(value):
    import io

    out = io.BytesIO()
    torch.save(value, out)
    out.seek(0)
    return out


if __name__ == "__main__":
    main()
