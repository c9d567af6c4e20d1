"""Trains the demo's checkpoint in PyTorch: a small CNN on scikit-learn's handwritten digits.

    python examples/digits/train_digits.py

Writes beside itself, the same bytes of tensors on every run:
  digits.pt             {epoch, model_state_dict, optimizer_state_dict, loss}, the form of PyTorch's tutorial
  train.safetensors     the images that are trained on, as uint8, and their labels
  heldout.safetensors   360 images that were not trained on, their labels, and PyTorch's logits for them

The network is that of specs/tutorial/digits-cnn.yaml, written as one writes it in PyTorch.
"""
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HERE = Path(__file__).resolve().parent
SEED = 0
EPOCHS = 40


class DigitsCNN(nn.Module):
    def __init__(self, channels=16, num_classes=10, drop=0.25):
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, 2 * channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(2 * channels)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(drop)
        self.fc = nn.Linear(2 * channels * 2 * 2, num_classes)

    def forward(self, image):
        x = image / 16
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = self.pool(F.relu(self.bn2(self.conv2(x))))
        return self.fc(self.dropout(torch.flatten(x, 1)))


def data():
    """Images [N, 1, 8, 8] with grey values 0 to 16, and labels; a fifth of them held out."""
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1)
    labels = torch.tensor(digits.target, dtype=torch.int64)
    train, held = train_test_split(range(len(labels)), test_size=360, random_state=SEED, stratify=digits.target)
    return images[train], labels[train], images[held], labels[held]


def train(model, optimizer, images, labels):
    """The mean loss of the last epoch."""
    model.train()
    for _ in range(EPOCHS):
        total = 0.0
        for batch in torch.randperm(len(labels)).split(64):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
    return total / len(labels)


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    images, labels, held_images, held_labels = data()
    model = DigitsCNN()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loss = train(model, optimizer, images, labels)

    model.eval()
    with torch.no_grad():
        logits = model(held_images)
    accuracy = (logits.argmax(1) == held_labels).float().mean().item()
    torch.save(
        {
            "epoch": EPOCHS,
            "model_state_dict": model.state_dict(),
            "optimizer_state_dict": optimizer.state_dict(),
            "loss": loss,
        },
        HERE / "digits.pt",
    )
    save_file({"image": images.to(torch.uint8), "label": labels.to(torch.uint8)}, HERE / "train.safetensors")
    save_file({"image": held_images, "label": held_labels, "logits": logits}, HERE / "heldout.safetensors")
    print(f"loss {loss:.4f}, held-out accuracy {accuracy:.4f} ({len(held_labels)} images)")


if __name__ == "__main__":
    main()
