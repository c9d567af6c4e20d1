"""Writes test/fixtures/functions/*.json: the cases of cases/*.py with what PyTorch gives. Run with the oracle's Python."""
import importlib
import json
import pathlib
import sys
import types
import warnings

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from tensors import argument  # noqa: E402

warnings.filterwarnings("ignore")
# torchvision registers its C++ ops on import; where its binary does not fit this torch that fails, and stochastic_depth needs none.
sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
import torchvision.ops  # noqa: E402

torch.set_num_threads(1)
OUT = pathlib.Path(__file__).parents[2] / "fixtures" / "functions"
NAMESPACES = [F, torch, torch.Tensor, torch.linalg, torch.special, torchvision.ops]


def find(name: str):
    if "." in name:
        head, tail = name.split(".")
        return getattr({"Tensor": torch.Tensor, "torch": torch, "F": F, "linalg": torch.linalg}[head], tail)
    if name.startswith("linalg_"):
        return getattr(torch.linalg, name.removeprefix("linalg_"))
    for space in NAMESPACES:
        f = getattr(space, name, None)
        if callable(f) or isinstance(f, property) or type(f).__name__ == "getset_descriptor":
            return f
    raise LookupError(name)


def call(case):
    seed = [case["seed"] * 16]
    args = [argument(a, seed) for a in case["args"]]
    named = {k: argument(v, seed) for k, v in case.get("named", {}).items()}
    special = SPECIAL.get(case["row"])
    if special:
        return special(*args, **named)
    f = find(case.get("call", case["row"]))
    if hasattr(f, "__get__") and not callable(f):
        return f.__get__(args[0])
    return f(*args, **named)


def setitem(x, index, value):
    y = x.clone()
    y[index] = value
    return y


SPECIAL = {
    "getitem": lambda x, index: x[index],
    "setitem": setitem,
    "stft": lambda *a, **k: torch.view_as_real(torch.stft(*a, **{**k, "return_complex": True})),
    "istft": lambda x, *a, **k: torch.istft(torch.view_as_complex(x), *a, **k),
    "tile": lambda x, *dims: torch.tile(x, dims),
    "uniform": lambda *size, **k: torch.rand(*size),
    "normal": lambda *size, **k: torch.randn(*size),
    "permute": lambda x, *dims: x.permute(*dims),
    "flip": lambda x, *dims: x.flip(*dims),
    "channel_shuffle": lambda x, groups: F.channel_shuffle(x, groups),
}


def element(x, dtype):
    if dtype == torch.bool:
        return int(x)
    if not dtype.is_floating_point:
        return int(x)
    v = float(x)
    if v != v:
        return "NaN"
    if v in (float("inf"), float("-inf")):
        return "Infinity" if v > 0 else "-Infinity"
    if dtype == torch.float32:
        # The tolerance is 1e-5: seven digits are enough.
        return float(f"{v:.7g}")
    return v


def expected(x, values=True):
    if isinstance(x, (tuple, list)):
        return [expected(i, values) for i in x]
    if x is None:
        return None
    x = x.detach()
    out = {"shape": list(x.shape), "dtype": str(x.dtype).removeprefix("torch.")}
    if values:
        out["values"] = [element(v, x.dtype) for v in x.reshape(-1).tolist()]
    return out


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for path in sorted((pathlib.Path(__file__).parent / "cases").glob("*.py")):
        if path.stem.startswith("_"):
            continue
        cases = importlib.import_module(f"cases.{path.stem}").CASES
        lines = []
        for i, case in enumerate(cases):
            case = {"row": case.pop("row"), "seed": i + 1, **case}
            torch.manual_seed(0)
            try:
                case["expected"] = expected(call(case), not case.get("random"))
            except Exception as e:
                print("FAILED", path.stem, json.dumps(case), type(e).__name__, str(e)[:300])
                continue
            lines.append(json.dumps(case, separators=(",", ":")))
        (OUT / f"{path.stem}.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
        print(path.stem, len(lines))


if __name__ == "__main__":
    main()
