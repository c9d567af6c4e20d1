"""Models that PyTorch trains, that are refactored and trained on elsewhere, and come back to PyTorch.

    python test/oracle/keys/journeys.py write test/fixtures/keys [../shared/data/real]
    python test/oracle/keys/journeys.py train NAME FILE [../shared/data/real]      PyTorch's checkpoint of a journey
    python test/oracle/keys/journeys.py continue NAME FILE                         prints the losses of training on, as JSON

`write` gives gpt2-trained.pt and journeys.json: for each journey the losses of every step, and what the state has become after a few,
as two sums per tensor. gpt2 is a model of transformers; the others begin with a published checkpoint: ppo with its Adam, cgcnn with
its SGD (which PyTorch 0.4 wrote by the id of each parameter), resnet20 of DataParallel without an optimizer.

Batches are made of integers alone, so that both sides have the same: `wave` and `label`.
"""
import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

torch.library.register_fake = lambda *_, **__: lambda f: f  # what torchvision registers is not there
STEPS_HERE, STEPS_AFTER = 4, 3


def wave(shape, step):
    count = torch.Size(shape).numel()
    i = torch.arange(count, dtype=torch.int64)
    return (((i * 7919 + (step + 1) * 10007) % 1999).double() / 1000 - 1).float().reshape(shape)


def label(shape, step, classes):
    count = torch.Size(shape).numel()
    i = torch.arange(count, dtype=torch.int64)
    return ((i * 31 + (i // 3) * 17 + step * 13) % classes).reshape(shape)


class Ppo(nn.Module):
    def __init__(self):
        super().__init__()
        trunk = lambda: nn.Sequential(nn.Linear(8, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.mlp_extractor = nn.Module()
        self.mlp_extractor.policy_net = trunk()
        self.mlp_extractor.value_net = trunk()
        self.action_net = nn.Linear(64, 4)
        self.value_net = nn.Linear(64, 1)

    def forward(self, x):
        return self.action_net(self.mlp_extractor.policy_net(x)), self.value_net(self.mlp_extractor.value_net(x))


class ConvLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc_full = nn.Linear(169, 128)
        self.bn1 = nn.BatchNorm1d(128)
        self.bn2 = nn.BatchNorm1d(64)

    def forward(self, x, bonds, index):
        n, m = index.shape
        z = self.fc_full(torch.cat([x.unsqueeze(1).expand(n, m, 64), x[index], bonds], dim=2))
        gate, core = self.bn1(z.view(-1, 128)).view(n, m, 128).chunk(2, dim=2)
        return F.softplus(x + self.bn2((torch.sigmoid(gate) * F.softplus(core)).sum(dim=1)))


class Cgcnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Linear(92, 64)
        self.convs = nn.ModuleList(ConvLayer() for _ in range(4))
        self.conv_to_fc = nn.Linear(64, 32)
        self.fc_out = nn.Linear(32, 1)

    def forward(self, atoms, bonds, index):
        x = self.embedding(atoms)
        for conv in self.convs:
            x = conv(x, bonds, index)
        x = torch.stack([crystal.mean(dim=0) for crystal in x.split([4, 5])])
        return self.fc_out(F.softplus(self.conv_to_fc(F.softplus(x))))


class BasicBlock(nn.Module):
    def __init__(self, inp, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inp, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.pad = out // 4 if stride != 1 else None

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.pad is not None:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return torch.relu(y + x)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        stage = lambda inp, out, stride: nn.Sequential(
            BasicBlock(inp, out, stride), BasicBlock(out, out, 1), BasicBlock(out, out, 1)
        )
        self.layer1 = stage(16, 16, 1)
        self.layer2 = stage(16, 32, 2)
        self.layer3 = stage(32, 64, 2)
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean(dim=[2, 3]))


class Journey:
    """`published`: the model and, where there is one, the optimizer's dictionary of a file. `before`: steps until the checkpoint."""

    published = None
    before = 0

    def start(self, data):
        model = self.model()
        optimizer = self.optimizer(model)
        if self.published is not None:
            state, saved = self.published(data)
            model.load_state_dict(state)
            if saved is not None:
                optimizer.load_state_dict(saved)
        return model.train(), optimizer

    def train(self, model, optimizer, steps):
        losses = []
        for step in steps:
            loss = self.loss(model, step)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses


class Gpt2(Journey):
    before = 4

    def model(self):
        from transformers import GPT2Config, GPT2LMHeadModel

        torch.manual_seed(3)
        none = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
        return GPT2LMHeadModel(GPT2Config(vocab_size=11, n_positions=6, n_embd=8, n_layer=2, n_head=2, **none))

    def optimizer(self, model):
        """Two groups, as the trainer of transformers makes them."""
        decayed = [p for p in model.parameters() if p.dim() > 1]
        others = [p for p in model.parameters() if p.dim() <= 1]
        groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=0.01, eps=1e-4)

    def loss(self, model, step):
        tokens = label((3, 6), step, 11)
        logits = model(tokens).logits
        return F.cross_entropy(logits[:, :-1].reshape(-1, 11), tokens[:, 1:].reshape(-1))


class PpoJourney(Journey):
    model = Ppo

    def published(self, data):
        inner = data / "files/sb3-ppo-lunar/inner"
        load = lambda name: torch.load(inner / name, weights_only=True)
        state = load("policy.pth")
        return {k: v for k, v in state.items() if k in Ppo().state_dict()}, load("policy.optimizer.pth")

    def optimizer(self, model):
        return torch.optim.Adam(model.parameters(), lr=3e-4, eps=1e-5)

    def loss(self, model, step):
        logits, value = model(wave((5, 8), step))
        return F.cross_entropy(logits, label((5,), step, 4)) + 0.01 * (value**2).mean()


class CgcnnJourney(Journey):
    model = Cgcnn

    def published(self, data):
        file = torch.load(data / "files/cgcnn/formation-energy-per-atom.pth.tar", map_location="cpu", weights_only=False)
        return file["state_dict"], file["optimizer"]

    def optimizer(self, model):
        return torch.optim.SGD(model.parameters(), lr=0.002, momentum=0.9)

    def loss(self, model, step):
        out = model(wave((9, 92), step), wave((9, 12, 41), step + 100), label((9, 12), step, 9))
        return F.mse_loss(out, wave((2, 1), step + 200))


class ResNetJourney(Journey):
    before = 2

    def model(self):
        return nn.DataParallel(ResNet20())

    def published(self, data):
        file = torch.load(data / "files/resnet-cifar10/resnet20-12fca82f.th", map_location="cpu", weights_only=True)
        return file["state_dict"], None

    def optimizer(self, model):
        return torch.optim.Adam(model.parameters(), lr=1e-4, eps=1e-3)

    def loss(self, model, step):
        return F.cross_entropy(model.module(wave((4, 3, 16, 16), step)), label((4,), step, 10))


JOURNEYS = {"gpt2": Gpt2(), "ppo": PpoJourney(), "cgcnn": CgcnnJourney(), "resnet20": ResNetJourney()}


def checkpoint(model, optimizer):
    return {"model": model.state_dict(), "optimizer": optimizer.state_dict()}


def sums(model, optimizer):
    """Of every tensor, by key or position: a sum that depends on the order of elements, and that of what was added up."""
    tensors = dict(model.state_dict())
    for position, entries in optimizer.state_dict()["state"].items():
        for name, value in entries.items():
            tensors[f"{position}/{name}"] = torch.as_tensor(value)
    found = {}
    for key, value in tensors.items():
        flat = value.double().flatten()
        terms = flat * ((torch.arange(len(flat)) * 7) % 11 - 5)
        found[key] = [float(f"{terms.sum():.6g}"), float(f"{terms.abs().sum():.6g}")]
    return found


def write(folder, data):
    facts = {}
    for name, journey in JOURNEYS.items():
        model, optimizer = journey.start(data)
        losses = journey.train(model, optimizer, range(journey.before))
        if name == "gpt2":
            torch.save(checkpoint(model, optimizer), folder / "gpt2-trained.pt")
        middle = journey.before + STEPS_HERE
        losses += journey.train(model, optimizer, range(journey.before, middle))
        after = sums(model, optimizer)
        losses += journey.train(model, optimizer, range(middle, middle + STEPS_AFTER))
        facts[name] = {"before": journey.before, "steps": STEPS_HERE, "losses": losses, "after": after}
    (folder / "journeys.json").write_text(json.dumps(facts) + "\n")


def train(name, file, data):
    journey = JOURNEYS[name]
    model, optimizer = journey.start(data)
    journey.train(model, optimizer, range(journey.before))
    torch.save(checkpoint(model, optimizer), file)


def go_on(name, file):
    journey = JOURNEYS[name]
    model = journey.model().train()
    optimizer = journey.optimizer(model)
    saved = torch.load(file, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    middle = journey.before + STEPS_HERE
    print(json.dumps(journey.train(model, optimizer, range(middle, middle + STEPS_AFTER))))


command, *arguments = sys.argv[1:]
published = lambda at: Path(arguments[at] if len(arguments) > at else "../shared/data/real")
if command == "write":
    write(Path(arguments[0]), published(1))
elif command == "train":
    train(arguments[0], arguments[1], published(2))
else:
    go_on(arguments[0], arguments[1])
