"""Averages of weights, statistics for them, and clipped gradients, by real PyTorch 2.13.

    python test/oracle/optim/averages.py > test/fixtures/optim/averages.json

The net is Linear(3, 4), BatchNorm1d(4), Linear(4, 2); its tensors are waves that the test repeats, others for every update.
"""
import json
import math

import torch
from torch.optim import swa_utils

UPDATES = 5


def wave(shape, seed, dtype=torch.float64):
    n = math.prod(shape)
    return torch.tensor([math.sin(0.7 * i + 1.3 * seed) for i in range(n)], dtype=torch.float64).reshape(shape).to(dtype)


def net(dtype):
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)).to(dtype)


def fill(model, at):
    with torch.no_grad():
        for i, t in enumerate([*model.parameters(), *model.buffers()]):
            t.copy_(torch.tensor(3 * at + 1) if t.dtype == torch.int64 else wave(t.shape, 10 * at + i, t.dtype))


def state(model):
    return [[k, str(v.dtype)[6:], v.reshape(-1).tolist()] for k, v in model.state_dict().items()]


AVERAGES = {
    "swa": {},
    "swa_multi": {"multi_avg_fn": swa_utils.get_swa_multi_avg_fn()},
    "ema": {"avg_fn": swa_utils.get_ema_avg_fn(0.9)},
    "ema_multi": {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.9)},
    "ema_buffers": {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.3), "use_buffers": True},
}
averages = []
for name, options in AVERAGES.items():
    for dtype in (torch.float64, torch.float32):
        model = net(dtype)
        fill(model, 0)
        averaged = swa_utils.AveragedModel(model, **options)
        for at in range(1, UPDATES + 1):
            fill(model, at)
            averaged.update_parameters(model)
        averages.append({"name": name, "dtype": str(dtype)[6:], "state": state(averaged)})

model = net(torch.float64)
fill(model, 2)
model.eval()
swa_utils.update_bn([wave((n, 3), n) for n in (4, 7, 3)], model)
statistics = {"state": state(model), "training": model.training, "momentum": model[1].momentum}

clips = []
for norm_type in (2.0, 1.0, math.inf, 0.5, 3.0, 0.0):
    for max_norm in (0.5, 1000.0):
        params = [torch.nn.Parameter(torch.zeros(s, dtype=torch.float64)) for s in ((2, 3), (4,), (1,))]
        for i, p in enumerate(params[:2]):
            p.grad = wave(p.shape, i)
        total = torch.nn.utils.clip_grad_norm_(params, max_norm, norm_type)
        clips.append({"norm_type": str(norm_type), "max_norm": max_norm, "total": total.item(), "grads": [p.grad.reshape(-1).tolist() for p in params[:2]]})

print(json.dumps({"averages": averages, "statistics": statistics, "clips": clips}, separators=(",", ":")))
