"""Function bodies of installed packages with CPython's tree of each, one JSON object a line. The output holds other
people's code and is not for the repository: HOLDFAST_PYTHON_CORPUS names it for test/python/corpus.test.ts.

    python dump_corpus.py OUT.jsonl [OTHERS]

Takes every `forward` of torch.nn, torchvision, timm and transformers, and OTHERS (4000) other functions, drawn by seed.
Adds 18000 bodies with a random change each (`kind: "mutant"`), and whether CPython still compiles them."""
import ast
import json
import pathlib
import random
import re
import sys
import warnings

import torch

from canonical import Canonical

warnings.simplefilter("ignore")
out, others = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 4000
site = pathlib.Path(torch.__file__).parent.parent


def utf16(lines, line, column):
    """Offset in UTF-16 units of a position of CPython: line from 1, column in UTF-8 bytes."""
    before = "".join(lines[: line - 1]) + lines[line - 1].encode()[:column].decode()
    return len(before.encode("utf-16-le")) // 2


def record(package, node, lines):
    """The function as text from its first decorator on, and the same without header, where the body has its own lines."""
    first = min([node.lineno, *[d.lineno for d in node.decorator_list]])
    for kind in ["function", "body"]:
        start = first if kind == "function" else node.body[0].lineno
        if kind == "body" and (start == node.lineno or not lines[start - 1][: node.body[0].col_offset].isspace()):
            continue
        if kind == "body" and any(";" in lines[node.end_lineno - 1][c:] for c in [node.end_col_offset]):
            continue
        text = "".join(lines[start - 1 : node.end_lineno])
        opener = "if 1:\n" if kind == "function" else "def f():\n"
        if not lines[first - 1][:1].isspace() and kind == "function":
            opener = ""
        try:
            tree = ast.parse(opener + text)
        except SyntaxError:
            continue
        top = tree.body[0]
        made = Canonical()
        if kind == "function":
            found = made.function(top.body[0] if opener else top)
        else:
            found = made.block(top.body)
        source = (opener + text).splitlines(keepends=True)
        skipped = len(opener)
        ranges = [
            [utf16(source, a, b) - skipped, utf16(source, c, d) - skipped, name] for a, b, c, d, name in made.ranges
        ]
        yield {
            "package": package,
            "name": node.name,
            "kind": kind,
            "text": text,
            "tree": found,
            "refused": made.refused,
            "ranges": [] if made.refused or len(text) > 4000 else ranges,
        }


def mutants(records, count):
    """Bodies inside the subset with one token removed, doubled, replaced, moved or put in."""
    draw = random.Random(1)
    whole = [r for r in records if r["kind"] == "body" and not r["refused"] and len(r["text"]) < 1500]
    foreign = list("()[]{},:=.*'\"") + ["if", "else", "for", "in", "not", "lambda", ":=", "**", "is", 'f"', "\n", "\n  ", "\\"]
    for _ in range(count):
        parts = re.findall(r"\s+|\w+|'''|\"\"\"|\*\*|//|[^\w\s]", draw.choice(whole)["text"])
        at, other, how = draw.randrange(len(parts)), draw.randrange(len(parts)), draw.randrange(5)
        if how == 0:
            del parts[at]
        elif how == 1:
            parts[at] = parts[other]
        elif how == 2:
            parts.insert(at, parts[other])
        elif how == 3:
            parts.insert(at, draw.choice(foreign))
        else:
            parts[at], parts[other] = parts[other], parts[at]
        text = "".join(parts)
        try:
            compile("def f():\n" + text, "mutant", "exec")
            valid = True
        except SyntaxError as error:
            # What follows the body at the margin is not inside our wrapper any more; no fault of the body's.
            if "after function definition" in str(error):
                continue
            valid = False
        if not re.search(r"^\S", text, re.M):
            yield {"kind": "mutant", "text": text, "valid": valid}


forwards, rest = [], []
for package in ["torch/nn", "torchvision", "timm", "transformers"]:
    for path in sorted((site / package).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "\f" in text:
            continue
        lines = text.splitlines(keepends=True)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                (forwards if node.name == "forward" else rest).append((package, node, lines))
random.Random(0).shuffle(rest)
records = [made for item in forwards + rest[:others] for made in record(*item)]
with open(out, "w") as file:
    for made in [*records, *mutants(records, 18000)]:
        file.write(json.dumps(made) + "\n")
