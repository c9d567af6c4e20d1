"""Exported PyTorch source against published checkpoints, in real PyTorch.

For each spec of specs/zoo that is named as a case of ../shared/data/real: the file that `holdfast export` writes is imported,
its class is constructed with its defaults, loads the checkpoint with strict=True, and gives the recorded outputs for the
case's inputs within the tolerances of meta.json. Keys, shapes, dtypes, kinds and requires_grad are those of holdfast's own key
table. Specs of ../shared/examples are compared with transformers and torchvision by their state_dict.

    npx tsx --conditions=holdfast-source test/oracle/emit/write_exports.ts DIR
    python test/oracle/emit/verify_export.py DIR [NAME...]
"""
import importlib.util
import inspect
import json
import sys
import types
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data" / "real"
sys.path.insert(0, str(ROOT / "test" / "oracle" / "zoo"))
from verify_zoo import candidates, flatten, old, read  # noqa: E402


def module_of(directory, name):
    """The model of an exported file: its last class, made with its defaults."""
    spec = importlib.util.spec_from_file_location("exported_" + name.replace("-", "_"), directory / f"{name}.py")
    exported = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(exported)
    classes = [c for c in vars(exported).values() if isinstance(c, type) and c.__module__ == exported.__name__]
    return classes[-1]()


def check_keys(module, table):
    """state_dict and order of parameters against holdfast's key table."""
    parameters = dict(module.named_parameters(remove_duplicate=False))
    got = [
        [
            key,
            list(value.shape),
            str(value.dtype).removeprefix("torch."),
            "parameter" if key in parameters else "buffer",
            key in parameters and parameters[key].requires_grad,
        ]
        for key, value in module.state_dict().items()
    ]
    assert got == table["state"], next((g, w) for g, w in zip(got + [None], table["state"] + [None]) if g != w)
    assert [k for k, _ in module.named_parameters()] == table["parameters"], "order of parameters"
    assert [k for k, _ in module.named_buffers()] == table["buffers"], "order of buffers"


def load_strictly(module, state):
    """strict=True; files older than num_batches_tracked say no version, so PyTorch fills it in."""
    want = module.state_dict()
    plain = {k: v for k, v in state.items() if k in want or not old(k)}
    if not all(k in plain for k in want if old(k)):
        plain = {k: v for k, v in plain.items() if not old(k)}
        metadata = {}
        setattr(plain, "_metadata", metadata) if hasattr(plain, "_metadata") else None
    module.load_state_dict(plain, strict=True)


def check_case(module, name):
    meta = json.loads((DATA / "cases" / name / "meta.json").read_text())
    io = load_file(DATA / "cases" / name / "io.safetensors")
    want = {k for k in module.state_dict() if not old(k)}
    files = [DATA / f["file"] for f in meta["checkpoint_files"]]
    states = [s for f in files if f.suffix != ".zip" for s in candidates(read(f))]
    fitting = [s for s in states if {k for k in s if not old(k)} == want]
    assert fitting, f"no state_dict of the files fits: {sorted(want ^ set(max(states, key=len)))[:6]}"
    load_strictly(module, fitting[0])
    module.eval()
    inputs = list(inspect.signature(module.forward).parameters)
    if type(module).forward is not nn.Sequential.forward:
        assert inputs == list(meta["inputs"]), f"inputs {inputs}"
    with torch.no_grad():
        result = flatten(module(*[io["in." + n] for n in meta["inputs"]]))
    names = list(meta["outputs"])
    assert len(result) == len(names), f"{len(result)} outputs, {len(names)} expected"
    worst = 0.0
    for output, got in zip(names, result, strict=True):
        ref = io[output]
        assert got.shape == ref.shape, f"{output}: {tuple(got.shape)} for {tuple(ref.shape)}"
        atol, rtol = meta["suggested_atol"], meta["suggested_rtol"]
        atol = atol[output] if isinstance(atol, dict) else atol
        off = ((got - ref).abs() - rtol * ref.abs()).max().item()
        assert off <= atol, f"{output}: off by {(got - ref).abs().max().item():.3g}, tolerance {atol:.3g}"
        worst = max(worst, (got - ref).abs().max().item())
    return f"outputs within {worst:.1e}"


def stub_torchvision():
    """torchvision registers compiled ops that a CPU build of torch may lack; no model here calls them."""
    library = torch.library.Library("torchvision", "DEF")
    for op in ("nms", "roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool", "deform_conv2d", "qnms"):
        for variant in (op, f"_{op}_backward"):
            library.define(f"{variant}(Tensor x) -> Tensor")
    return library


def published(name):
    """The class that an example takes its keys from, without weights."""
    if name in ("swin_t", "efficientnet_b0"):
        import torchvision
        return getattr(torchvision.models, name)()
    import transformers as t
    return {
        "bert": lambda: t.BertForMaskedLM(t.BertConfig()),
        "gpt2": lambda: t.GPT2LMHeadModel(t.GPT2Config()),
        "whisper": lambda: t.WhisperForConditionalGeneration(t.WhisperConfig()),
        "llama": lambda: t.LlamaForCausalLM(t.LlamaConfig(
            vocab_size=128256, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32,
            num_key_value_heads=8, head_dim=64, tie_word_embeddings=True)),
    }[name]()


def check_published(module, name):
    want = {k: tuple(v.shape) for k, v in published(name).state_dict().items()}
    got = {k: tuple(v.shape) for k, v in module.state_dict().items()}
    assert list(got) == list(want) if name != "bert" else got == want, sorted(set(got) ^ set(want))[:6]
    assert got == want, [(k, got[k], want[k]) for k in got if got[k] != want[k]][:6]
    return f"{len(got)} keys as published"


def check_run(module, file):
    """Initial weights of the same seed, and outputs, against those that holdfast gave."""
    run = load_file(file)
    state = {k.removeprefix("state."): v for k, v in run.items() if k.startswith("state.")}
    for key, value in module.state_dict().items():
        torch.testing.assert_close(value, state[key], rtol=1e-6, atol=1e-7, msg=lambda m: f"initial {key}: {m}")
    inputs = [n for n in inspect.signature(module.forward).parameters if "in." + n in run]
    module.eval()
    with torch.no_grad():
        result = flatten(module(*[run["in." + n] for n in inputs]))
    for i, got in enumerate(result):
        torch.testing.assert_close(got, run[f"out.{i}"], rtol=1e-4, atol=1e-5)
    assert f"out.{len(result)}" not in run, "too few outputs"
    return "initial weights and outputs as holdfast's"


def check_names(file):
    """Every function and constructor argument that an export can name is PyTorch's."""
    table = json.loads(file.read_text())
    roots = {"torch": torch, "F": torch.nn.functional}
    wrong = []
    for name, dotted in table["functions"].items():
        # Words of ours, which the exporter writes in another way, and a property.
        if name in ("stochastic_depth", "uniform", "T"):
            continue
        for path in dotted:
            root, *rest = path.split(".")
            value = roots[root]
            for part in rest:
                value = getattr(value, part, None)
            if value is None:
                wrong.append(path)
    for name, arguments in table["classes"].items():
        if name == "StochasticDepth":
            continue
        signature = inspect.signature(getattr(nn, name).__init__).parameters
        if "args" in signature:  # LSTM(*args, **kwargs)
            signature = inspect.signature(nn.RNNBase.__init__).parameters
            signature = [p for p in signature if p != "mode"] + (["nonlinearity"] if name == "RNN" else [])
        wrong += [f"{name}({a}=)" for a in arguments if a not in signature]
    assert not wrong, f"PyTorch has no {wrong}"
    return f"{len(table['functions'])} functions, {len(table['classes'])} classes"


def main(directory, names):
    warnings.simplefilter("ignore")
    stub = stub_torchvision()  # kept: ops live as long as their library
    sys.modules.setdefault("torch.nn.backends.thnn", types.ModuleType("thnn"))._get_thnn_function_backend = object
    directory = Path(directory)
    names = names or sorted(p.stem for p in directory.glob("*.py"))
    failed = 0
    try:
        print("ok   names:", check_names(directory / "torch-names.json"))
    except AssertionError as error:
        failed += 1
        print("FAIL names:", error)
    for name in names:
        try:
            table = json.loads((directory / f"{name}.keys.json").read_text())
            # Large examples are only looked at for keys: no memory is needed for that.
            is_example = (ROOT.parent / "shared" / "examples" / f"{name}.yaml").exists()
            torch.manual_seed(0)
            with torch.device("meta" if is_example else "cpu"):
                module = module_of(directory, name)
                check_keys(module, table)
                notes = check_published(module, name) if is_example else ""
            if (DATA / "cases" / name / "meta.json").exists():
                notes = check_case(module, name)
            if (directory / f"{name}.run.safetensors").exists():
                notes = check_run(module, directory / f"{name}.run.safetensors")
            print("ok  ", name, notes)
        except Exception as error:  # whatever it is: the other files are reported too
            failed += 1
            print("FAIL", name, f"{type(error).__name__}: {error}")
    del stub
    print(f"{max(0, len(names) - failed)} of {len(names)} exported files pass")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
