"""Goes on, in real PyTorch, with a run that was saved in the middle of an epoch, and compares the losses.

    python test/oracle/train/continue_run.py RUN.pt LOSSES.json

RUN.pt is the run of test/train/small-run.ts, stopped; LOSSES.json the losses of all its steps. Ends with 1 where they differ.
"""
import json
import math
import sys

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SAMPLES = 22


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 8)
        self.bn = nn.BatchNorm1d(8)
        self.dropout = nn.Dropout(0.3)
        self.fc2 = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc2(self.dropout(F.relu(self.bn(self.fc1(x)))))


def main(file, expected):
    run = torch.load(file, weights_only=True)
    model = Net()
    model.load_state_dict(run["model_state_dict"])
    optimizer = torch.optim.Adam(model.parameters())
    optimizer.load_state_dict(run["optimizer_state_dict"])
    points = torch.tensor([math.sin(i * 1.7) for i in range(SAMPLES * 4)]).view(SAMPLES, 4)
    classes = torch.tensor([(i * 7) % 3 for i in range(SAMPLES)])
    loader = DataLoader(TensorDataset(points, classes), batch_size=4, shuffle=True)
    # The epoch under way is drawn again from where it began; then the generator goes to where it was.
    position = run["loader_state_dict"]
    torch.set_rng_state(position["start"])
    batches = list(loader)[position["batches"] :]
    torch.set_rng_state(run["rng_state"])
    losses = []
    for epoch in range(run["epoch"], 3):
        for x, y in batches if epoch == run["epoch"] else loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    wanted = json.load(open(expected))[run["step"] :]
    apart = max(abs(a - b) for a, b in zip(losses, wanted, strict=True))
    print(f"{len(losses)} steps more in torch {torch.__version__}: losses at most {apart:.1e} apart")
    sys.exit(0 if apart < 1e-5 else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
