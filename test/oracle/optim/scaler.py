"""torch.amp.GradScaler over steps of which some overflow, by PyTorch 2.13.

    python test/oracle/optim/scaler.py > test/fixtures/optim/scaler.json
"""
import json

import torch

p = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
optimizer = torch.optim.SGD([p], lr=0.1, momentum=0.9)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=3, growth_factor=4.0)
steps, state = [], None
for i in range(16):
    optimizer.zero_grad()
    factor = float("inf") if i in (4, 5, 11) else 1.0
    loss = (p * p).sum() * factor
    scaler.scale(loss).backward()
    if i % 2:
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_([p], 1.0)
    scaler.step(optimizer)
    scaler.update(300.0 if i == 13 else None)
    steps.append([scaler.get_scale(), *p.tolist()])
    if i == 7:
        state = [[k, type(v).__name__, v] for k, v in scaler.state_dict().items()]
print(json.dumps({"steps": steps, "state": state}))
