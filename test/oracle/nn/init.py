"""torch.nn.init for fixed seeds.

    python test/oracle/nn/init.py > test/fixtures/nn/init.json
"""
import json

import torch
from torch.nn import init

CASES = [
    ("uniform_", (3, 4), [-0.5, 2.0], {}),
    ("normal_", (3, 4), [1.0, 0.5], {}),
    ("normal_", (5, 7), [0.0, 0.02], {}),
    ("trunc_normal_", (6, 7), [], {}),
    ("trunc_normal_", (6, 7), [0.0, 0.02, -0.04, 0.03], {}),
    ("trunc_normal_", (5, 5), [0.0, 1.0, 1.5, 2.5], {}),
    ("trunc_normal_", (2, 3), [0.0, 1.0, -3.0, -1.0], {}),
    ("constant_", (2, 3), [0.25], {}),
    ("ones_", (2, 3), [], {}),
    ("zeros_", (2, 3), [], {}),
    ("eye_", (3, 4), [], {}),
    ("xavier_uniform_", (3, 4, 2), [1.5], {}),
    ("xavier_normal_", (4, 5), [], {}),
    ("kaiming_uniform_", (4, 5), [], {}),
    ("kaiming_uniform_", (4, 5, 3), [], {"a": 0.3, "mode": "fan_out"}),
    ("kaiming_normal_", (4, 5), [], {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal_", (4, 5), [], {"nonlinearity": "tanh"}),
    ("orthogonal_", (4, 4), [], {}),
    ("orthogonal_", (3, 7), [2.0], {}),
    ("orthogonal_", (7, 3), [], {}),
    ("orthogonal_", (2, 3, 2), [], {}),
]

out = []
for name, shape, args, options in CASES:
    for dtype in ("float32", "float64"):
        torch.manual_seed(3)
        t = torch.empty(shape, dtype=getattr(torch, dtype))
        getattr(init, name)(t, *args, **options)
        out.append({"name": name, "shape": shape, "args": args, "options": options, "dtype": dtype,
                    "values": t.flatten().tolist(), "next": torch.rand(1).item()})
gains = [[n, p, init.calculate_gain(n, p)] for n, p in (("linear", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("leaky_relu", None), ("leaky_relu", 0.2), ("selu", None), ("conv2d", None))]
print('{"cases":[\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in out) + '\n],"gains":%s}' % json.dumps(gains))
