"""Writes runtime/checkpoint/torch/allowed-globals.ts from the installed torch: run with the oracle's Python.

    python test/oracle/checkpoint/allowed_globals.py > runtime/checkpoint/torch/allowed-globals.ts
    npx biome format --write runtime/checkpoint/torch/allowed-globals.ts
"""

import torch
from torch._utils import IMPORT_MAPPING, NAME_MAPPING
from torch._weights_only_unpickler import _blocklisted_modules, _get_allowed_globals


def quoted(text):
    return "'" + text + "'"


version = torch.__version__.split("+")[0]
print("/**")
print(f" * What torch {version} lets a weights-only checkpoint name, derived from the library itself by")
print(" * test/oracle/checkpoint/allowed_globals.py. Do not edit: run the script again.")
print(" */")
print("export const ALLOWED_GLOBALS: ReadonlySet<string> = new Set([")
for name in sorted(_get_allowed_globals()):
    print(f"  {quoted(name)},")
print("])\n")
print("/** Modules of which nothing is ever allowed. */")
print("export const BLOCKED_MODULES: ReadonlySet<string> = new Set([")
print("  " + ", ".join(quoted(m) for m in sorted(_blocklisted_modules)) + ",")
print("])\n")
print("/** Python 2 names of modules, as protocol 2 pickles write them. */")
print("export const RENAMED_MODULES: ReadonlyMap<string, string> = new Map([")
for old, new in sorted(IMPORT_MAPPING.items()):
    print(f"  [{quoted(old)}, {quoted(new)}],")
print("])\n")
print("/** Python 2 names of single globals. */")
print("export const RENAMED_GLOBALS: ReadonlyMap<string, readonly [module: string, name: string]> = new Map([")
for (module, name), (to_module, to_name) in sorted(NAME_MAPPING.items()):
    print(f"  [{quoted(module + '.' + name)}, [{quoted(to_module)}, {quoted(to_name)}]],")
print("])")
