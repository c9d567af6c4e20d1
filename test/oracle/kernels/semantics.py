"""Scalar semantics of torch, for test/kernels/semantics.test.ts.

Usage: python test/oracle/kernels/semantics.py > test/fixtures/kernels/semantics.json
Deterministic: fixed operands, no random numbers. Floats are written as hexadecimal strings, NaN and infinities by name.
"""

import json

import torch

FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1.5, 2.5, 3.7, -3.7, 1e-3, 7.0, -7.0, 65504.0, 65519.0, 65520.0, 1e10, -3e9,
          5.96e-8, 2.98e-8, 2.99e-8, 6.1e-5, 1e-40, 3.4e38, float("inf"), float("-inf"), float("nan")]
# Without subnormals: torch's vectorised fmod gives NaN where the quotient overflows.
PAIRED = [0.0, -0.0, 1.0, -2.5, 3.7, -3.7, 1e-3, 7.0, -7.0, float("inf"), float("-inf"), float("nan")]
INTS = [0, 1, -1, 2, 3, -3, 7, -7, 8, 100, -128, 2**31 - 1, -(2**31)]


def text(value):
    if isinstance(value, float):
        return value.hex() if value == value and abs(value) != float("inf") else str(value)
    return str(value)


def unary(dtype, names, operands):
    x = torch.tensor(operands, dtype=dtype)
    return {name: [text(v) for v in getattr(torch, name)(x).tolist()] for name in names}


def binary(dtype, names, operands):
    x = torch.tensor(operands, dtype=dtype)
    a, b = (t.reshape(-1) for t in torch.meshgrid(x, x, indexing="ij"))
    if not dtype.is_floating_point:
        # Integer division by zero raises, and the smallest integer by -1 traps.
        keep = (b != 0) & ~((a == torch.iinfo(dtype).min) & (b == -1))
        a, b = a[keep], b[keep]
    rows = {"a": [text(v) for v in a.tolist()], "b": [text(v) for v in b.tolist()]}
    for name in names:
        rows[name] = [text(v) for v in getattr(torch, name)(a, b).tolist()]
    return rows


def main():
    f32 = torch.tensor(FLOATS, dtype=torch.float32)
    halves = {}
    for name, dtype in (("float16", torch.float16), ("bfloat16", torch.bfloat16)):
        halves[name] = [v & 0xFFFF for v in f32.to(dtype).view(torch.int16).tolist()]
    points = [x / 8 for x in range(-48, 49)] + [1e-10, 12.0, 26.0]
    out = {
        "torch": torch.__version__.split("+")[0],
        "floats": [text(v) for v in f32.tolist()],
        "halves": halves,
        "unary": unary(torch.float32, ["sign", "round", "trunc", "floor", "ceil", "abs", "neg"], FLOATS),
        "points": [text(v) for v in points],
        "erf": unary(torch.float64, ["erf", "erfc"], points),
        "float": binary(torch.float32, ["remainder", "fmod", "floor_divide", "minimum", "maximum"],
                        PAIRED),
        "int32": binary(torch.int32, ["remainder", "fmod", "floor_divide", "minimum", "maximum"], INTS),
        "int64": binary(torch.int64, ["remainder", "fmod", "floor_divide"], INTS),
        "shift": {
            "a": [text(v) for v in INTS],
            "left": [[text(v) for v in torch.bitwise_left_shift(torch.tensor(INTS, dtype=torch.int32), n).tolist()]
                     for n in (0, 3, 31)],
            "right": [[text(v) for v in torch.bitwise_right_shift(torch.tensor(INTS, dtype=torch.int32), n).tolist()]
                      for n in (0, 3, 31)],
        },
        "fromInt64": {
            "a": [text(v) for v in (2**53 + 1, 2**24 + 1, 2**62 + 2**38 + 1, 2**62 + 2**38, -(2**63), 2**63 - 1)],
            "float32": [text(v) for v in torch.tensor(
                [2**53 + 1, 2**24 + 1, 2**62 + 2**38 + 1, 2**62 + 2**38, -(2**63), 2**63 - 1]).float().tolist()],
        },
    }
    print(json.dumps(out, separators=(",", ":")))


main()
