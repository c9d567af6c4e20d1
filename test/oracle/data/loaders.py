"""Orders of real PyTorch's samplers, loaders and splits for fixed seeds.

    python test/oracle/data/loaders.py > test/fixtures/data/loaders.json

Every case says what it did in words that the test takes apart; `next` is what the default generator gives afterwards, and
shows how much of it was used.
"""
import json

import torch
from torch.utils import data


def generator(seed):
    return None if seed is None else torch.Generator().manual_seed(seed)


samplers = []


def sampler(kind, seed, own, args, make):
    torch.manual_seed(seed)
    g = generator(own)
    s = make(g)
    epochs = [list(s), list(s)]
    samplers.append({"kind": kind, "seed": seed, "own": own, **args, "epochs": epochs, "next": torch.rand(1).item(),
                     "ownNext": None if g is None else torch.rand(1, generator=g).item()})


W = [0.1, 0.9, 0.4, 0.7, 3.0, 0.6, 0.0, 1e-3]
for seed, own in ((0, None), (5, 77)):
    for n, replacement, count in ((10, False, None), (10, False, 4), (10, False, 25), (10, True, None), (10, True, 70), (1, False, None)):
        sampler("random", seed, own, {"n": n, "replacement": replacement, "count": count},
                lambda g: data.RandomSampler(range(n), replacement=replacement, num_samples=count, generator=g))
    sampler("subset", seed, own, {"indices": [3, 1, 4, 15, 9, 2]}, lambda g: data.SubsetRandomSampler([3, 1, 4, 15, 9, 2], generator=g))
    for replacement, count in ((True, 20), (True, 1), (False, 5), (False, 1)):
        sampler("weighted", seed, own, {"weights": W, "count": count, "replacement": replacement},
                lambda g: data.WeightedRandomSampler(W, count, replacement, generator=g))

loaders = []


def loader(seed, own, n, args, make):
    torch.manual_seed(seed)
    g = generator(own)
    l = make(torch.arange(n), g)
    epochs = []
    for _ in range(2):
        epochs.append([b.tolist() for b in l])
        torch.rand(1)  # What else draws between epochs.
    loaders.append({"seed": seed, "own": own, "n": n, **args, "length": len(l), "epochs": epochs, "next": torch.rand(1).item()})


for seed, own in ((0, None), (9, 123)):
    for n, batch, shuffle, drop in ((10, 3, True, False), (10, 3, True, True), (10, 5, True, False), (10, 4, False, False), (3, 8, True, True), (10, None, True, False)):
        loader(seed, own, n, {"batchSize": batch, "shuffle": shuffle, "dropLast": drop},
               lambda d, g: data.DataLoader(d, batch_size=batch, shuffle=shuffle, drop_last=drop, generator=g))

splits = []
for seed, n, lengths in ((0, 10, [7, 3]), (1, 10, [0.3, 0.3, 0.4]), (2, 11, [0.5, 0.5]), (3, 100, [1 / 3, 1 / 3, 1 / 3]), (4, 5, [5, 0])):
    torch.manual_seed(seed)
    parts = data.random_split(range(n), lengths)
    splits.append({"seed": seed, "n": n, "lengths": lengths, "parts": [list(map(int, p.indices)) for p in parts]})

print(json.dumps({"torch": torch.__version__, "samplers": samplers, "loaders": loaders, "splits": splits}, separators=(",", ":")))
