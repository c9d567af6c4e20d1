"""Writes test/fixtures/autograd/modules.json: PyTorch's gradients of the cases of test/oracle/nn/forward.py.

Of sum(w * y) over all results of floats, with respect to the inputs of floats and the parameters. Run with the oracle's Python.
"""
import contextlib
import io
import json
import pathlib
import sys

import torch

ROOT = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "functions"), str(ROOT / "nn"), str(ROOT / "autograd")]
from functions import compact, loss_of, tensors_in  # noqa: E402

with contextlib.redirect_stdout(io.StringIO()):
    import forward  # noqa: E402

OUT = ROOT.parent / "fixtures" / "autograd" / "modules.json"
lines = []
for i, c in enumerate(forward.CASES):
    module = forward.build(c["name"], c["args"])
    forward.set_state(module, c["args"])
    module.train(c["mode"] == "train")
    inputs = {k: v if k == "output_size" else forward.make(v, j) for j, (k, v) in enumerate(c["inputs"].items())}
    every = [t for t in tensors_in(list(inputs.values())) if t.dtype.is_floating_point]

    def run(leaves):
        for t in every:
            t.requires_grad_(any(t is leaf for leaf in leaves))
        torch.manual_seed(5)
        outputs = tensors_in(module(**inputs))
        if not any(y.requires_grad for y in outputs):
            return None
        params = dict(module.named_parameters())
        targets = [*leaves, *params.values()]
        grads = torch.autograd.grad(loss_of(outputs), targets, allow_unused=True)
        return {
            "wrt": [next(k for k, e in enumerate(every) if e is t) for t in leaves],
            "inputs": [compact(g) for g in grads[: len(leaves)]],
            "params": {k: compact(g) for k, g in zip(params, grads[len(leaves) :])},
        }

    try:
        found = run(every)
    except RuntimeError as e:
        if "not differentiable with respect to" not in str(e):
            print("skipped", i, c["name"], str(e)[:100])
            continue
        found = run(every[:1])
    if found is not None:
        lines.append(json.dumps({"case": i, "name": c["name"], **found}, separators=(",", ":")))
OUT.write_text("[\n" + ",\n".join(lines) + "\n]\n")
print(len(lines), "of", len(forward.CASES))
