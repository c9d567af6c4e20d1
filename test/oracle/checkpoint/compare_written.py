"""Loads files that our writers made with real torch and safetensors, and compares what they hold.

    python compare_written.py LIST.json

LIST.json: {"describe": path of the reference description tool,
            "torch": [{"file", "original", "zip", "expected"}...], "safetensors": [{"file", "expected"}...]}
Prints one line per difference and a count; exit code 1 when anything differs. Loads are weights-only. An older torch refuses
some files of its own that way (1.13 has no floats there): what it refuses in the original, it may refuse in ours, which
is then loaded without.
"""

import hashlib
import importlib.util
import json
import sys
import warnings

import torch

warnings.simplefilter("ignore")
listed = json.load(open(sys.argv[1]))
spec = importlib.util.spec_from_file_location("describe", listed["describe"])
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)
failures = 0
outside = 0


def check(what, file, got, expected):
    global failures
    if tool.norm(got) != tool.norm(expected):
        failures += 1
        print("DIFFERENT", what, file)
        print("  got     ", json.dumps(got)[:400])
        print("  expected", json.dumps(expected)[:400])


def weights_only(original):
    try:
        torch.load(original, map_location="cpu", weights_only=True)
        return True
    except Exception:
        return False


def load(file, **options):
    return tool.describe(torch.load(file, map_location="cpu", **options))


for item in listed["torch"]:
    expected = {key: item["expected"][key] for key in ("value", "storages")}
    safe = int(torch.__version__[0]) >= 2 or weights_only(item["original"])
    outside += not safe
    ways = [("torch.load", {"weights_only": safe})]
    if item["zip"] and int(torch.__version__[0]) >= 2:
        ways.append(("torch.load mmap", {"weights_only": True, "mmap": True}))
    for what, options in ways:
        try:
            check(what, item["file"], load(item["file"], **options), expected)
        except Exception as error:  # the writer is at fault, whatever it is
            failures += 1
            print("REFUSED", what, item["file"], repr(error)[:300])

if listed["safetensors"]:
    from safetensors import safe_open

    for item in listed["safetensors"]:
        with safe_open(item["file"], "pt") as opened:
            got = {}
            for name in opened.keys():
                data = tool.raw_bytes(opened.get_tensor(name))
                got[name] = hashlib.sha256(data).hexdigest()
            check("safetensors", item["file"], got, item["expected"])

count = len(listed["torch"]) + len(listed["safetensors"])
print(f"{count} files, {failures} failures, torch {torch.__version__}; {count - outside} weights-only")
sys.exit(1 if failures else 0)
