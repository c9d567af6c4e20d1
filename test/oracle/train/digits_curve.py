"""Loss curve of real PyTorch on the digits, for the run of examples/digits/train.yaml.

    python test/oracle/train/digits_curve.py > test/fixtures/train/digits-curve.json

Same seed, hence the same initial weights, batches and dropout as here.
"""
import json
import sys
from pathlib import Path

import torch
from curve import curve
from safetensors.torch import load_file
from torch.utils.data import DataLoader, TensorDataset

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "examples/digits"))
from train_digits import DigitsCNN  # noqa: E402

EPOCHS = 12


def tensors(name):
    file = load_file(ROOT / "examples/digits" / name)
    return TensorDataset(file["image"].float(), file["label"].long())


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = DigitsCNN()
    train = DataLoader(tensors("train.safetensors"), batch_size=64, shuffle=True)
    held = DataLoader(tensors("heldout.safetensors"), batch_size=64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS)
    losses, accuracy = curve(model, train, held, optimizer, EPOCHS, scheduler)
    print(json.dumps({"torch": torch.__version__, "losses": losses, "accuracy": accuracy}, separators=(",", ":")))


if __name__ == "__main__":
    main()
