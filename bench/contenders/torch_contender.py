"""PyTorch: the class that `holdfast export` writes, with the same weights. python torch_contender.py FOLDER THREADS MS

Prints the JSON line of contend.ts.
"""

import importlib.util
import json
import os
import resource
import statistics
import sys
import time

started = time.perf_counter()
import numpy as np
import torch

folder, threads, budget = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
torch.set_num_threads(threads)
work = json.load(open(f"{folder}/work.json"))
recipe = work["recipe"]


def arrays(file, infos):
    data = open(f"{folder}/{file}", "rb").read()
    found, at = [], 0
    for info in infos:
        dtype = np.float32 if info["dtype"] == "float32" else np.int64
        count = int(np.prod(info["shape"], dtype=np.int64))
        array = np.frombuffer(data, dtype, count, at).reshape(info["shape"])
        found.append(torch.from_numpy(array.copy()))
        at += array.nbytes
    return found


spec = importlib.util.spec_from_file_location("model", f"{folder}/model.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = getattr(module, work["generated"]["name"])(**work["generated"]["options"])
state = dict(zip((w["name"] for w in recipe["weights"]), arrays("weights.bin", recipe["weights"])))
model.load_state_dict(state, strict=False)
inputs = arrays("inputs.bin", work["inputs"])


def flat(value):
    if isinstance(value, torch.Tensor):
        return [value]
    values = value.values() if isinstance(value, dict) else value
    return [leaf for item in values for leaf in flat(item)]


if work["train"] is None:
    model.eval()

    def run():
        with torch.inference_mode():
            return flat(model(*inputs))

else:
    model.train()
    if work["train"] == "sgd":
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def run():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs[0]), inputs[1])
        loss.backward()
        optimizer.step()
        return [loss.detach().reshape(1)]


def reported(values):
    return b"".join(v.contiguous().numpy().tobytes() for v in values)


results = [reported(run())]
load_ms = (time.perf_counter() - started) * 1000
for _ in range(2 if work["train"] is None else 4):
    last = reported(run())
    if work["train"] is not None:
        results.append(last)
open(f"{folder}/torch.out", "wb").write(b"".join(results))
times, end = [], time.perf_counter() + budget / 1000
while time.perf_counter() < end or len(times) < 3:
    start = time.perf_counter()
    run()
    times.append((time.perf_counter() - start) * 1000)
if sys.platform == "linux":
    # What getrusage says begins with what the parent had.
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"ms": statistics.median(times), "peakMb": peak, "loadMs": load_ms}))
