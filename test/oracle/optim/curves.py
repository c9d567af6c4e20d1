"""100 steps of PyTorch's optimizers on a small net, and their dictionaries in the middle.

    python test/oracle/optim/curves.py

With torch 2.13 it writes test/fixtures/optim/curves.json: of every run the loss of each tenth step and the parameters after the
last; and curves-2.13/RUN.pt: parameters and state_dict() in the middle. With torch 1.13 it writes curves-1.13/RUN.pt only.

The net is tanh(x W1 + b1) W2 + b2 with a mean squared error; weights and data are waves that the test repeats. After 50 steps
the learning rate is halved. LBFGS stops in the middle after 10 steps, and its loss has a penalty on large weights: without one
PyTorch itself gives other curves for other orders of the sums.
"""
import json
import math
import pathlib

import torch

OUT = pathlib.Path(__file__).parents[2] / "fixtures" / "optim"
VERSION = ".".join(torch.__version__.split(".")[:2])
STEPS = 100
RUNS = [
    ("SGD", {"lr": 0.001}),
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "dampening": 0.3}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.02, "betas": [0.8, 0.95], "eps": 1e-6, "weight_decay": 0.01}),
    ("Adam", {"lr": 0.02, "amsgrad": True}),
    ("Adam", {"lr": 0.003, "maximize": True}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {"lr": 0.02}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.1, "amsgrad": True, "betas": [0.4, 0.9]}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.01, "momentum_decay": 0.01, "betas": [0.8, 0.95]}),
    ("NAdam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.02, "weight_decay": 0.01, "betas": [0.8, 0.95], "eps": 1e-6}),
    ("RAdam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.05, "betas": [0.8, 0.95], "weight_decay": 0.01}),
    ("Adamax", {"lr": 0.005, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.003, "momentum": 0.5, "alpha": 0.9, "weight_decay": 0.01}),
    ("RMSprop", {"lr": 0.01, "centered": True, "momentum": 0.5, "eps": 1e-6}),
    ("RMSprop", {"lr": 0.001, "centered": True, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.02, "weight_decay": 0.01, "initial_accumulator_value": 0.1, "eps": 1e-8}),
    ("Adagrad", {"lr": 0.01, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.95, "eps": 1e-4, "weight_decay": 0.01}),
    ("Adadelta", {"lr": 0.5, "eps": 1e-5, "maximize": True}),
    ("LBFGS", {"lr": 0.1, "max_iter": 1, "history_size": 5}),
    ("LBFGS", {"lr": 0.5, "max_iter": 3, "history_size": 3, "tolerance_change": 1e-12}),
    ("LBFGS", {"max_iter": 2, "history_size": 4, "line_search_fn": "strong_wolfe"}),
]
# Combinations that only 2.13 was asked for.
LATER = [
    ("SGD", {"lr": 0.002, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01, "maximize": True, "foreach": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "fused": True}),
    ("Adam", {"lr": 0.02, "amsgrad": True, "weight_decay": 0.01, "maximize": True}),
    ("Adam", {"lr": 0.02, "amsgrad": True, "fused": True}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True, "amsgrad": True, "foreach": True}),
    ("AdamW", {"lr": 0.005, "maximize": True}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.1, "fused": True}),
    ("NAdam", {"lr": 0.005, "maximize": True, "foreach": True}),
    ("RAdam", {"lr": 0.005, "maximize": True, "foreach": True}),
    ("Adamax", {"lr": 0.01, "weight_decay": 0.01, "maximize": True, "foreach": True}),
    ("RMSprop", {"lr": 0.0005, "momentum": 0.5, "centered": True, "weight_decay": 0.01, "maximize": True, "foreach": True}),
    ("Adagrad", {"lr": 0.05, "fused": True}),
    ("Adagrad", {"lr": 0.05, "lr_decay": 0.01, "foreach": True}),
    ("Adadelta", {"lr": 0.5, "weight_decay": 0.01, "maximize": True, "foreach": True}),
]
GROUPED = ["SGD", "Adam", "NAdam", "AdamW", "RAdam", "Adamax", "RMSprop", "Adagrad", "Adadelta"]


def wave(shape, seed, dtype):
    n = math.prod(shape)
    return torch.tensor([math.sin(0.7 * i + 1.3 * seed) for i in range(n)], dtype=torch.float64).reshape(shape).to(dtype)


class Training:
    """The net with an optimizer of its own."""

    def __init__(self, name, options, dtype, groups):
        self.name = name
        shapes = [(4, 6), (6,), (6, 3), (3,)]
        self.params = [torch.nn.Parameter(wave(s, i, dtype)) for i, s in enumerate(shapes)]
        self.x, self.y = wave((8, 4), 10, dtype), wave((8, 3), 11, dtype)
        given = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
        of = self.params
        if groups == "groups":
            of = [{"params": self.params[:2]}, {"params": self.params[2:], "lr": 0.005, "weight_decay": 0.1}]
        elif groups == "named":
            of = list(zip(["w1", "b1", "w2", "b2"], self.params))
        self.optimizer = getattr(torch.optim, name)(of, **given)

    def closure(self):
        self.optimizer.zero_grad()
        w1, b1, w2, b2 = self.params
        out = torch.tanh(self.x @ w1 + b1) @ w2 + b2
        loss = ((out - self.y) ** 2).mean()
        if self.name == "LBFGS":
            loss = loss + 0.02 * sum((p * p).sum() for p in self.params)
        loss.backward()
        return loss

    def run(self, first, last):
        losses = []
        for step in range(first, last):
            if step == 50:
                for group in self.optimizer.param_groups:
                    group["lr"] *= 0.5
            losses.append(self.optimizer.step(self.closure).item())
        return losses

    def values(self):
        return [p.detach().reshape(-1).tolist() for p in self.params]


def main():
    cases = []
    runs = [(n, o, d, "no") for n, o in RUNS for d in [torch.float64, torch.float32]]
    runs += [(n, {"lr": 0.02}, torch.float64, g) for n in GROUPED[:3] for g in ["groups", "named"]]
    if VERSION == "2.13":
        runs += [(n, {"lr": 0.02}, torch.float64, g) for n in GROUPED[3:] for g in ["groups", "named"]]
        runs += [(n, {"lr": 0.02}, torch.float32, "groups") for n in GROUPED]
        runs += [(n, o, d, "no") for n, o in LATER for d in [torch.float64, torch.float32]]
    (OUT / f"curves-{VERSION}").mkdir(exist_ok=True)
    for number, (name, options, dtype, groups) in enumerate(runs):
        if name == "LBFGS" and dtype == torch.float32:
            continue
        try:
            training = Training(name, options, dtype, groups)
        except TypeError:  # an option that 1.13 has not
            continue
        middle = 10 if name == "LBFGS" else 50
        losses = training.run(0, middle)
        file = None
        # float32's dictionaries are those of 2.13 only.
        if dtype == torch.float64 or VERSION == "2.13":
            place = number // 2 if number < 2 * len(RUNS) else f"later-{number}"
            file = f"{name}-{place if groups == 'no' else groups}{'' if dtype == torch.float64 else '-float32'}.pt"
            torch.save(
                {"params": [p.detach().clone() for p in training.params], "optimizer": training.optimizer.state_dict()},
                OUT / f"curves-{VERSION}" / file,
                _use_new_zipfile_serialization=False,
            )
        losses += training.run(middle, STEPS)
        cases.append(
            {
                "name": name,
                "options": options,
                "dtype": str(dtype)[6:],
                "groups": groups,
                "older": number < 2 * len(RUNS) + 6,
                "file": file,
                "losses": losses[::10],
                "params": training.values(),
            }
        )
    if VERSION == "2.13":
        text = "[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n"
        (OUT / "curves.json").write_text(text)


if __name__ == "__main__":
    main()
