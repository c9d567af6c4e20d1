"""A second, independent reader of the spec language: a spec file becomes a torch.nn.Module.

An oracle, not a product: specs are trusted, expressions and forwards are run by Python itself, and bad specs
give whatever Python says. It shares nothing with the compiler, so that both must agree on what a spec means.

    module, spec = load("specs/zoo/mtcnn-pnet.yaml", {"param": 3})
"""
import ast
import builtins
import inspect
import math
import re
from pathlib import Path

import torch
import torch.nn.functional as F
import yaml
from torch import nn

CONTAINERS = {"Sequential", "ModuleList", "ModuleDict", "Module"}
RESERVED = {"type", "when", "for", "key", "name", "doc", "trainable", "modules", "parameters", "buffers", "ties"}
# Arguments whose strings are literals; every other string is an expression.
ENUMS = {
    "mode": {"nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact", "row", "batch"},
    "padding": {"same", "valid"},
    "padding_mode": {"zeros", "reflect", "replicate", "circular"},
    "nonlinearity": {"tanh", "relu"},
    "approximate": {"none", "tanh"},
}


# Names of expressions and forwards

def either(name):
    """Python's function on numbers and lists, torch's on tensors."""
    python, torch_op = getattr(builtins, name), getattr(torch, name)

    def call(*args, **kwargs):
        return (torch_op if args and isinstance(args[0], torch.Tensor) else python)(*args, **kwargs)
    return call


def normal(*shape, mean=0.0, std=1.0):
    return torch.empty(*shape).normal_(mean, std)


def base_names():
    names = {n: getattr(torch, n) for n in dir(torch) if not n.startswith("_")}
    names |= {n: f for n, f in vars(F).items() if not n.startswith("_") and callable(f)}
    names |= {n: getattr(builtins, n) for n in dir(builtins) if not n.startswith("_")}
    names |= {n: either(n) for n in ("max", "min", "sum", "abs", "pow", "round", "all", "any")}
    names |= {"torch": torch, "F": F, "nn": nn, "math": math, "normal": normal}
    return names


BASE = base_names()


def evaluate(value, env):
    """A scalar of the spec: text is an expression, everything else is itself."""
    if isinstance(value, list):
        return [evaluate(v, env) for v in value]
    return eval(value, dict(env)) if isinstance(value, str) else value


def define(name, inputs, body, env):
    """A forward or an init block as a Python function over `env`, which it keeps by reference."""
    text = body if "\n" in body.strip() or body.lstrip().startswith("return ") else f"return {body}"
    block = "\n".join("  " + line for line in text.rstrip().split("\n"))
    exec(f"def {name}({', '.join(inputs)}):\n{block}", env)
    return env[name]


# Modules

class SpecModule(nn.Module):
    """A model, a definition, or a mere path. Members answer to their name, and are registered under their key."""

    def __init__(self):
        super().__init__()
        self.__dict__["_keys"] = {}
        self.__dict__["_body"] = None

    def __getattr__(self, name):
        return super().__getattr__(self.__dict__["_keys"].get(name, name))

    def declare(self, name, key, member, persistent=None):
        self._keys[name] = key
        self.__dict__.pop(name, None)
        if isinstance(member, nn.Parameter):
            self.register_parameter(key, member)
        elif isinstance(member, nn.Module):
            self.add_module(key, member)
        else:
            self.register_buffer(key, member, persistent=persistent)

    def absent(self, name):
        """A member that `when` may leave out is None."""
        self._keys[name] = name
        self.__dict__[name] = None

    def forward(self, *args, **kwargs):
        inputs, body, methods, env = self._body
        scope = dict(env)
        scope |= {name: getattr(self, name) for name in self._keys} | {"self": self, "training": self.training}
        if methods:
            exec(methods, scope)
            for name in re.findall(r"^def (\w+)", methods, re.M):
                self.__dict__[name] = scope[name]
        return define("forward", inputs, body, scope)(*args, **kwargs)


class File:
    """One spec file: where its definitions and functions are looked up."""

    def __init__(self, path, params=None):
        self.path = Path(path)
        self.spec = yaml.safe_load(self.path.read_text())
        self.definitions = self.spec.get("definitions", {})
        self.imports = {k: File(self.path.parent / v) for k, v in self.spec.get("imports", {}).items()}
        self.env = dict(BASE)
        exec(self.spec.get("functions", ""), self.env)
        self.env |= arguments(self.spec, dict(params or {}), self.env)

    def definition(self, name):
        if "." in name:
            alias, rest = name.split(".", 1)
            return self.imports[alias].definition(rest)
        return (self, self.definitions[name]) if name in self.definitions else None


def arguments(definition, given, env):
    """Params with their defaults, then lets, in order."""
    scope, values = dict(env), {}
    for name, decl in definition.get("params", {}).items():
        default = decl.get("default") if isinstance(decl, dict) else (decl.split("=", 1) + [None])[1]
        kind = decl["type"] if isinstance(decl, dict) else decl.split("=")[0].strip()
        if name in given:
            values[name] = given[name]
        elif default is None:
            continue  # without a default: only the given value counts
        else:
            values[name] = default if kind == "str" and isinstance(decl, dict) else evaluate(default, scope)
        scope[name] = values[name]
    for name, expression in definition.get("let", {}).items():
        scope[name] = values[name] = evaluate(expression, scope)
    return values


def pattern(text, env):
    return re.sub(r"\{(.*?)\}", lambda m: str(evaluate(m[1], env)), text)


def repetitions(entry, env):
    """Environments of an entry: none when `when` fails, one per turn of `for`."""
    if "for" not in entry:
        return [env] if evaluate(entry.get("when", True), env) else []
    target = ast.parse(f"[0 for {entry['for']}]", mode="eval").body.generators[0].target
    bound = ", ".join(f"'{n.id}': {n.id}" for n in ast.walk(target) if isinstance(n, ast.Name))
    turns = evaluate(f"[{{{bound}}} for {entry['for']}]", env)
    scopes = [env | turn for turn in turns]
    return [s for s in scopes if evaluate(entry.get("when", True), s)]


def call_form(text, file):
    """`Conv2d(3, 8, 5, bias=False)` as a mapping."""
    call = ast.parse(text.strip(), mode="eval").body
    if not isinstance(call, ast.Call):
        return {"type": ast.unparse(call)}
    name = ast.unparse(call.func)
    found = file.definition(name)
    order = list(found[1].get("params", {})) if found else positional(name)
    fields = {"type": name}
    fields |= {n: ast.unparse(a) for n, a in zip(order, call.args, strict=False)}
    return fields | {k.arg: ast.unparse(k.value) for k in call.keywords}


def builtin(name):
    if name == "StochasticDepth":
        from torchvision.ops import StochasticDepth
        return StochasticDepth
    return getattr(nn, name)


def positional(name):
    if name in ("LSTM", "GRU", "RNN"):
        return ["input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional"]
    return [p for p in inspect.signature(builtin(name).__init__).parameters if p != "self"]


def expand(entries, env, file):
    """`modules:` flattened to (name, entry, env); names of list items are their numbers."""
    named = entries.items() if isinstance(entries, dict) else ((None, e) for e in entries)
    for name, entry in named:
        alternatives = entry if isinstance(entry, list) else [entry]
        for choice in alternatives:
            fields = call_form(choice, file) if isinstance(choice, str) else choice
            scopes = repetitions(fields, env)
            for scope in scopes:
                if "type" in fields:
                    yield (pattern(name, scope) if name is not None else None), fields, scope
                else:
                    yield from expand(fields["modules"], scope, file)
            if scopes:
                break


def children(body, env, file):
    for index, (name, fields, scope) in enumerate(expand(body.get("modules", []), env, file)):
        member = build(fields, scope, file)
        name = str(index) if name is None else str(name)
        yield name, pattern(str(fields.get("key", name)), scope), member


def fill(module, body, env, file):
    """Bare parameters, buffers, children and ties of a body, in PyTorch's order."""
    for kind in ("parameters", "buffers"):
        for name, decl in body.get(kind, {}).items():
            decl = decl if isinstance(decl, dict) else {"init": decl}
            if not evaluate(decl.get("when", True), env):
                continue
            init = decl["init"]
            value = define("init", [], init, dict(env))() if isinstance(init, str) else torch.tensor(init)
            key = decl.get("key", name)
            if kind == "parameters":
                module.declare(name, key, nn.Parameter(value, requires_grad=evaluate(decl.get("trainable", True), env)))
            else:
                module.declare(name, key, value, evaluate(decl.get("persistent", True), env))
    for name in body.get("modules", []):
        module.absent(name)
    for name, key, member in children(body, env, file):
        module.declare(name, key, member)
    for tie in body.get("ties", []):
        keys = tie["keys"] if isinstance(tie, dict) else tie
        if not isinstance(tie, dict) or evaluate(tie.get("when", True), env):
            first = module.get_parameter(keys[0])
            for other in keys[1:]:
                path, _, leaf = other.rpartition(".")
                setattr(module.get_submodule(path), leaf, first)
    return module


def container(kind, body, env, file):
    if kind == "Module":
        return fill(SpecModule(), body, env, file)
    result = {"Sequential": nn.Sequential, "ModuleList": nn.ModuleList, "ModuleDict": nn.ModuleDict}[kind]()
    for _, key, member in children(body, env, file):
        result.add_module(key, member)
    return result


def instance(definition, values, file):
    """The model or a definition with its params known."""
    env = file.env | values
    env |= arguments(definition, values, env)
    if definition.get("type") in CONTAINERS:
        return container(definition["type"], definition, env, file)
    module = fill(SpecModule(), definition, env, file)
    inputs = definition.get("inputs", ["x"])
    if isinstance(inputs, dict):
        inputs = [n + " = None" if str(t).rstrip().endswith("= None") else n for n, t in inputs.items()]
    module.__dict__["_body"] = (inputs, definition["forward"], definition.get("methods"), env)
    return module


def build(fields, env, file):
    """One entry of `modules:`."""
    kind = fields["type"]
    if isinstance(env.get(kind), type) and kind not in CONTAINERS and file.definition(kind) is None:
        kind = env[kind].__name__  # a param of type module
    if kind in CONTAINERS:
        module = container(kind, fields, env, file)
    else:
        args = {}
        for name, value in fields.items():
            if name not in RESERVED:
                args[name] = value if value in ENUMS.get(name, ()) else evaluate(value, env)
        found = file.definition(kind)
        if found:
            module = instance(found[1], args, found[0])
        else:
            args = {k: tuple(v) if isinstance(v, list) else v for k, v in args.items()}
            module = builtin(kind)(**args)
    if not evaluate(fields.get("trainable", True), env):
        module.requires_grad_(False)
    return module


def load(path, params=None):
    """The module of a spec file with `params` over its defaults, and the parsed spec."""
    file = File(path, params)
    return instance(file.spec, dict(params or {}), file), file.spec
