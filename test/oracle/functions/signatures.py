"""Writes test/fixtures/functions/signatures.json: argument names and defaults of PyTorch's functions, per overload.

The functions are those that the cases call: run this after run.py.
"""
import inspect
import json
import pathlib
import sys
import types

import torch
import torch.nn.functional as F

sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
import torchvision.ops  # noqa: E402

OUT = pathlib.Path(__file__).parents[2] / "fixtures" / "functions" / "signatures.json"


DTYPE_CODES = {4: "int64"}


def plain(x):
    """A default as JSON; a dtype by name, floats that JSON has no form for as text."""
    if isinstance(x, torch.dtype):
        return str(x).removeprefix("torch.")
    if isinstance(x, float) and (x != x or x in (float("inf"), float("-inf"))):
        return str(x)
    if isinstance(x, (list, tuple)):
        return [plain(i) for i in x]
    return x if isinstance(x, (int, float, str, bool, type(None))) else str(x)


def from_python(f):
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        return None
    return [[p.name] if p.default is p.empty else [p.name, plain(p.default)] for p in parameters]


def from_argument(a):
    name = "input" if a.name == "self" else a.name
    if not a.has_default_value():
        return [name]
    value = a.default_value
    return [name, DTYPE_CODES.get(value, value) if name == "dtype" else plain(value)]


def from_schemas(name):
    out = []
    for schema in torch._C._jit_get_schemas_for_operator(f"aten::{name}"):
        if "Dimname" in str(schema) or any(a.is_out for a in schema.arguments):
            continue
        if not any("Tensor" in str(a.type) for a in [*schema.arguments, *schema.returns]):
            continue
        out.append([from_argument(a) for a in schema.arguments])
    return out


names = sorted({
    case.get("call", case["row"]).split(".")[-1]
    for path in OUT.parent.glob("*.json")
    if path != OUT
    for case in json.loads(path.read_text())
})
found = {}
for name in names:
    overloads = []
    for space in [F, torch, torch.linalg, torch.functional, torchvision.ops, torch.Tensor]:
        # max_pool2d and its kin choose by return_indices; the function behind has the signature.
        f = getattr(space, f"{name}_with_indices", None) or getattr(space, name, None)
        if f is not None and not isinstance(f, torch.dtype):
            signature = from_python(f)
            if signature is not None and signature not in overloads:
                overloads.append(signature)
    overloads += [s for n in [name, f"special_{name}"] for s in from_schemas(n) if s not in overloads]
    found[name] = overloads
OUT.write_text("{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in sorted(found.items())) + "\n}\n")
print(len(found), [k for k, v in found.items() if not v])
