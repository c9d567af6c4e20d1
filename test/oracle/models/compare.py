"""Specs of published models against PyTorch: keys, shapes and dtypes, and outputs of small instances with random weights.

    python test/oracle/models/compare.py [PART OF A NAME...]    compare, through the command line
    python test/oracle/models/compare.py --write                write test/fixtures/models/keys.json
"""
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import torch
from published import CASES, ROOT
from safetensors.torch import load_file, save_file
from torch import nn

warnings.filterwarnings("ignore")
CLI = ["npx", "tsx", "--conditions=holdfast-source", "compiler/cli/main.ts"]


def cli(*args):
    done = subprocess.run([*CLI, *args], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def param_options(params):
    return [a for k, v in params.items() for a in ("--param", f"{k}={python(v)}")]


def python(value):
    """A value as the spec language writes it."""
    return value if isinstance(value, str) else repr(value)


def table(module):
    """The state_dict as [key, shape, dtype]."""
    return [[k, list(t.shape), str(t.dtype).removeprefix("torch.")] for k, t in module.state_dict().items()]


def randomise(module, seed):
    """Weights for which activations stay near one, and statistics that are not those of a new module."""
    g = torch.Generator().manual_seed(seed)
    for name, t in {**dict(module.named_parameters()), **dict(module.named_buffers())}.items():
        if not t.is_floating_point():
            continue
        with torch.no_grad():
            if name.endswith("running_var"):
                t.copy_(torch.rand(t.shape, generator=g) + 0.5)
            elif t.dim() < 2:
                scale = 1.0 if name.endswith("weight") else 0.0
                t.copy_(scale + 0.1 * torch.randn(t.shape, generator=g))
            else:
                fan = t[0].numel() if not isinstance(module, nn.Embedding) else 1
                t.copy_(torch.randn(t.shape, generator=g) * (1.5 / max(fan, 1)) ** 0.5)


def compare(case, seed, folder):
    spec = f"specs/{case.spec}.yaml"
    options = param_options(case.params)
    with torch.device("cpu" if case.inputs else "meta"):
        module = case.build().eval()
    printed = [[e["key"], e["shape"], e["dtype"]] for e in json.loads(cli("keys", spec, "--json", *options))]
    expected = table(module)
    if printed != expected:
        differing = [(a, b) for a, b in zip(printed, expected) if a != b][:3]
        return f"KEYS DIFFER: {len(printed)} keys, torch has {len(expected)}; {differing}"
    if case.inputs is None:
        return f"{len(expected)} keys"
    torch.manual_seed(seed)
    randomise(module, seed)
    inputs = case.inputs()
    with torch.no_grad():
        outputs = case.outputs(module, inputs)
    w, i, o = (str(folder / f"{x}.safetensors") for x in "wio")
    save_file({k: t.clone().contiguous() for k, t in module.state_dict().items()}, w)
    save_file({k: t.contiguous() for k, t in inputs.items()}, i)
    start = time.time()
    cli("run", spec, *options, "--weights", w, "--inputs", i, "--outputs", o)
    seconds = time.time() - start
    got = load_file(o)
    values = {k.removeprefix("out."): v for k, v in got.items()}
    if len(outputs) == 1 and len(values) == 1:
        values = dict(zip(outputs, values.values()))
    worst = 0.0
    for name, want in outputs.items():
        have = values.get(name)
        if have is None or have.shape != want.shape:
            return f"OUTPUT {name}: {None if have is None else tuple(have.shape)}, torch has {tuple(want.shape)}; {list(got)}"
        if not torch.isfinite(have).all():
            return f"OUTPUT {name} is not finite"
        worst = max(worst, ((have - want).abs() / (1 + want.abs().max())).max().item())
    verdict = "" if worst <= case.tolerance else "WRONG: "
    scale = max(w.abs().max().item() for w in outputs.values())
    return f"{verdict}{len(expected)} keys, error {worst:.1e} of {scale:.3g}, {seconds:.1f} s"


def write():
    """Keys of every case: digest of the table in full, the first and last rows to see what differs."""
    out = []
    for case in CASES:
        with torch.device("meta"):
            rows = table(case.build())
        lines = "\n".join(f"{k} {d}[{','.join(map(str, s))}]" for k, s, d in rows)
        out.append({
            "spec": case.spec, "name": case.name, "params": {k: python(v) for k, v in case.params.items()},
            "count": len(rows), "sha256": hashlib.sha256(lines.encode()).hexdigest(), "first": lines.split("\n")[0], "last": lines.split("\n")[-1],
        })
    target = ROOT / "test/fixtures/models/keys.json"
    target.write_text(json.dumps(out, indent=1) + "\n")
    print(target.relative_to(ROOT), target.stat().st_size, "bytes")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
        sys.exit()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for n, case in enumerate(CASES):
            if sys.argv[1:] and not any(part in f"{case.spec} {case.name}" for part in sys.argv[1:]):
                continue
            try:
                result = compare(case, n, Path(folder))
            except RuntimeError as error:
                result = f"FAILED\n{error}"
            failed += any(word in result for word in ("DIFFER", "WRONG", "FAILED", "OUTPUT"))
            print(f"{case.spec:32}{case.name:32}{result}", flush=True)
    sys.exit(1 if failed else 0)
