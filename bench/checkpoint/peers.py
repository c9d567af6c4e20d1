"""One measurement of torch or safetensors: python peers.py TASK PATH [MIB]. Prints {"ms", "peakMiB"}."""

import json
import os
import resource
import sys
import time

import safetensors
import safetensors.torch
import torch

task, path = sys.argv[1:3]


def tensors():
    count = max(1, int(sys.argv[3]) // 4)
    return {f"layer{i}.weight": torch.full((1024, 1024), float(i)) for i in range(count)}


def synced(save):
    save()
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def peak_bytes():
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def safetensors_keys():
    with safetensors.safe_open(path, "pt") as file:
        return list(file.keys())


data = tensors() if task.endswith("save") else None
run = {
    "torch-keys-mmap": lambda: list(torch.load(path, weights_only=True, mmap=True)),
    "torch-load": lambda: torch.load(path, weights_only=True),
    "safetensors-keys": safetensors_keys,
    "safetensors-load": lambda: safetensors.torch.load_file(path),
    "torch-save": lambda: synced(lambda: torch.save(data, path)),
    "safetensors-save": lambda: synced(lambda: safetensors.torch.save_file(data, path)),
}[task]
if sys.platform == "linux":
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
before = rss()
start = time.perf_counter()
kept = run()
ms = (time.perf_counter() - start) * 1000
print(json.dumps({"ms": ms, "peakMiB": max(0, peak_bytes() - before) / 2**20}))
