"""Every spec of specs/zoo against its published checkpoint, in real PyTorch.

For each spec named as a case of ../shared/data/real: the module that `spec_to_torch` reads from it loads the
checkpoint with strict=True (num_batches_tracked aside), keys stand in state_dict order, and its outputs for the
case's inputs are within the tolerances of meta.json.

    python test/oracle/zoo/verify_zoo.py [CASE...]
"""
import json
import pickle
import sys
import types
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file
from spec_to_torch import load
from torch import nn

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data" / "real"


class StubPickle:
    """Unpickles whole modules whose classes are not here: an unknown class becomes a bare nn.Module."""
    __name__ = "stub"
    load = pickle.load

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            try:
                return super().find_class(module, name)
            except (ImportError, AttributeError):
                return type(name, (nn.Module,), {})


def read(path):
    """What is in a checkpoint file, whatever its format."""
    if path.suffix == ".safetensors":
        return load_file(path)
    try:
        return torch.jit.load(path, map_location="cpu").state_dict()
    except RuntimeError:
        pass
    try:
        return torch.load(path, map_location="cpu", weights_only=False)
    except (ImportError, AttributeError):
        return torch.load(path, map_location="cpu", weights_only=False, pickle_module=StubPickle)


def objects_state(module, prefix=""):
    """Tensors of a pickled module: only its object tree is used, its class may be a stub."""
    state = {prefix + k: v for k, v in module._parameters.items() if v is not None}
    state |= {prefix + k: v for k, v in module._buffers.items() if v is not None}
    for name, child in module._modules.items():
        state |= objects_state(child, prefix + name + ".")
    return state


def candidates(value):
    if isinstance(value, nn.Module):
        yield objects_state(value)
    elif isinstance(value, dict):
        if any(isinstance(v, torch.Tensor) for v in value.values()):
            yield {k.removeprefix("module."): v for k, v in value.items()}
        for nested in value.values():
            yield from candidates(nested)


def old(key):
    """Files older than PyTorch 0.4.1 have no such keys."""
    return key.endswith("num_batches_tracked")


def flatten(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in flatten(v)]
    return [value]


def verify(case):
    """Notes about a passing case; AssertionError says what is wrong."""
    meta = json.loads((DATA / "cases" / case / "meta.json").read_text())
    io = load_file(DATA / "cases" / case / "io.safetensors")
    module, spec = load(ROOT / "specs" / "zoo" / f"{case}.yaml")
    module.eval()
    want = module.state_dict()
    files = [DATA / f["file"] for f in meta["checkpoint_files"]]
    states = [s for f in files if f.suffix != ".zip" for s in candidates(read(f))]
    fitting = [s for s in states if {k for k in s if not old(k)} == {k for k in want if not old(k)}]
    if not fitting:
        got = set(max(states, key=len))
        raise AssertionError(f"keys: missing {sorted(set(want) - got)[:6]}, unexpected {sorted(got - set(want))[:6]}")
    state = fitting[0]
    wrong = [k for k, v in state.items() if k in want and (v.shape, v.dtype) != (want[k].shape, want[k].dtype)]
    assert not wrong, f"shapes or dtypes: {[(k, state[k].shape, want[k].shape) for k in wrong[:6]]}"
    missing, unexpected = module.load_state_dict(state, strict=False)
    assert not unexpected and all(map(old, missing)), (missing, unexpected)
    notes = [] if [k for k in want if k in state] == [k for k in state if k in want] else ["file has another order"]

    assert list(spec["inputs"]) == list(meta["inputs"]), "input names"
    with torch.no_grad():
        result = flatten(module(*[io["in." + n] for n in spec["inputs"]]))
    names = list(meta["outputs"])
    assert len(result) == len(names), f"{len(result)} outputs, {len(names)} expected"
    for name, got in zip(names, result, strict=True):
        ref = io[name]
        assert got.shape == ref.shape, f"{name}: {tuple(got.shape)} for {tuple(ref.shape)}"
        atol, rtol = meta["suggested_atol"], meta["suggested_rtol"]
        atol = atol[name] if isinstance(atol, dict) else atol
        off = ((got - ref).abs() - rtol * ref.abs()).max().item()
        assert off <= atol, f"{name}: off by {(got - ref).abs().max().item():.3g}, tolerance {atol:.3g}"
    return notes


def main(cases):
    warnings.simplefilter("ignore")
    sys.modules.setdefault("torch.nn.backends.thnn", types.ModuleType("thnn"))._get_thnn_function_backend = object
    cases = cases or sorted(p.stem for p in (ROOT / "specs" / "zoo").glob("*.yaml"))
    failed = 0
    for case in cases:
        try:
            print("ok  ", case, *verify(case))
        except Exception as error:  # whatever it is: the other cases are reported too
            failed += 1
            print("FAIL", case, f"{type(error).__name__}: {error}")
    print(f"{len(cases) - failed} of {len(cases)} specs give PyTorch's outputs")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
