"""What real PyTorch says of the classes in the module table: signatures, state, metadata and repr of many constructor calls.

    python test/oracle/nn/table.py > test/fixtures/nn/table.json
"""
import inspect
import json
import sys

import torch
from torch import nn

# torchvision registers its C++ ops on import; where its binary does not fit this torch that fails, and StochasticDepth needs none.
torch.library.register_fake = lambda *_, **__: lambda f: f
from torchvision.ops import StochasticDepth  # noqa: E402

CALLS = {
    "Identity": [{}],
    "Linear": [dict(in_features=3, out_features=4), dict(in_features=3, out_features=2, bias=False, dtype="float64"),
               dict(in_features=0, out_features=2)],
    "Bilinear": [dict(in1_features=2, in2_features=3, out_features=4), dict(in1_features=2, in2_features=3, out_features=4, bias=False)],
    "Flatten": [{}, dict(start_dim=0, end_dim=2)],
    "Unflatten": [dict(dim=1, unflattened_size=[2, 3])],
    "PixelShuffle": [dict(upscale_factor=2)],
    "PixelUnshuffle": [dict(downscale_factor=2)],
    "ChannelShuffle": [dict(groups=2)],
    "Unfold": [dict(kernel_size=3), dict(kernel_size=[2, 3], dilation=2, padding=1, stride=2)],
    "Fold": [dict(output_size=[4, 5], kernel_size=2), dict(output_size=4, kernel_size=[2, 2], stride=2)],
    "Upsample": [dict(size=7), dict(scale_factor=2), dict(scale_factor=[2, 1.5], mode="bilinear", align_corners=True)],
    "UpsamplingNearest2d": [dict(scale_factor=2), dict(size=[3, 4])],
    "UpsamplingBilinear2d": [dict(scale_factor=2.5), dict(size=8)],
    "Embedding": [dict(num_embeddings=5, embedding_dim=3), dict(num_embeddings=5, embedding_dim=4, padding_idx=-1),
                  dict(num_embeddings=10, embedding_dim=8, padding_idx=2, dtype="float64")],
    "EmbeddingBag": [dict(num_embeddings=5, embedding_dim=3), dict(num_embeddings=5, embedding_dim=3, mode="sum", padding_idx=1, include_last_offset=True)],
    "MultiheadAttention": [dict(embed_dim=8, num_heads=2), dict(embed_dim=8, num_heads=4, bias=False, batch_first=True),
                           dict(embed_dim=8, num_heads=2, kdim=5, vdim=6), dict(embed_dim=8, num_heads=2, add_bias_kv=True, add_zero_attn=True, dropout=0.1)],
    "TransformerEncoderLayer": [dict(d_model=8, nhead=2, dim_feedforward=16), dict(d_model=8, nhead=2, dim_feedforward=16, bias=False, activation="gelu", norm_first=True, batch_first=True)],
    "TransformerDecoderLayer": [dict(d_model=8, nhead=2, dim_feedforward=16), dict(d_model=8, nhead=2, dim_feedforward=16, bias=False, layer_norm_eps=1e-6)],
    "LayerNorm": [dict(normalized_shape=4), dict(normalized_shape=[3, 4], eps=1e-6), dict(normalized_shape=4, elementwise_affine=False), dict(normalized_shape=4, bias=False)],
    "RMSNorm": [dict(normalized_shape=4), dict(normalized_shape=[3, 4], eps=1e-6), dict(normalized_shape=4, elementwise_affine=False)],
    "GroupNorm": [dict(num_groups=2, num_channels=4), dict(num_groups=2, num_channels=4, affine=False), dict(num_groups=2, num_channels=4, bias=False)],
    "LocalResponseNorm": [dict(size=2), dict(size=3, alpha=0.1, beta=0.5, k=2.0)],
    "PReLU": [{}, dict(num_parameters=3, init=0.1)],
    "GELU": [{}, dict(approximate="tanh")],
    "GLU": [{}, dict(dim=1)],
    "Hardtanh": [{}, dict(min_val=-2.0, max_val=3.0, inplace=True)],
    "Threshold": [dict(threshold=0.1, value=20.0)],
    "Softplus": [{}, dict(beta=2.0, threshold=10.0)],
    "ELU": [{}, dict(alpha=0.5, inplace=True)],
    "CELU": [{}, dict(alpha=0.5)],
    "LeakyReLU": [{}, dict(negative_slope=0.2, inplace=True)],
    "RReLU": [{}, dict(lower=0.1, upper=0.2)],
    "ReLU": [{}, dict(inplace=True)],
    "Hardshrink": [{}, dict(lambd=0.2)],
    "Softshrink": [{}, dict(lambd=0.2)],
    "Softmax": [{}, dict(dim=1)],
    "Softmin": [{}, dict(dim=1)],
    "LogSoftmax": [{}, dict(dim=-1)],
    "CosineSimilarity": [{}, dict(dim=2, eps=1e-6)],
    "PairwiseDistance": [{}, dict(p=1.0, keepdim=True)],
    "StochasticDepth": [dict(p=0.2, mode="row")],
    "RNN": [dict(input_size=3, hidden_size=4), dict(input_size=3, hidden_size=4, num_layers=2, nonlinearity="relu", bidirectional=True, batch_first=True),
            dict(input_size=3, hidden_size=4, bias=False)],
    "LSTM": [dict(input_size=3, hidden_size=4), dict(input_size=3, hidden_size=4, num_layers=2, bidirectional=True, proj_size=2, dropout=0.2),
             dict(input_size=3, hidden_size=4, bias=False, batch_first=True)],
    "GRU": [dict(input_size=3, hidden_size=4), dict(input_size=3, hidden_size=4, num_layers=2, bidirectional=True)],
    "RNNCell": [dict(input_size=3, hidden_size=4), dict(input_size=3, hidden_size=4, bias=False, nonlinearity="relu")],
    "LSTMCell": [dict(input_size=3, hidden_size=4), dict(input_size=3, hidden_size=4, bias=False)],
    "GRUCell": [dict(input_size=3, hidden_size=4)],
    "CTCLoss": [{}], "GaussianNLLLoss": [{}], "MarginRankingLoss": [{}], "CosineEmbeddingLoss": [{}], "TripletMarginLoss": [{}],
    "NLLLoss": [{}, dict(weight=[1.0, 2.0])], "CrossEntropyLoss": [{}, dict(weight=[1.0, 2.0], label_smoothing=0.1)],
    "BCELoss": [{}, dict(weight=[0.5])], "BCEWithLogitsLoss": [{}, dict(weight=[0.5, 1.0], pos_weight=[2.0, 3.0])],
    "MultiMarginLoss": [{}, dict(weight=[0.5, 1.0])], "MultiLabelSoftMarginLoss": [{}, dict(weight=[0.5, 1.0])],
}
for name in ["Sigmoid", "Tanh", "LogSigmoid", "Softsign", "Tanhshrink", "Softmax2d", "ReLU6", "Hardsigmoid", "SiLU", "Mish", "Hardswish", "SELU",
             "L1Loss", "MSELoss", "SmoothL1Loss", "HuberLoss", "SoftMarginLoss", "HingeEmbeddingLoss", "KLDivLoss", "PoissonNLLLoss", "MultiLabelMarginLoss"]:
    CALLS[name] = [{}]
for name in ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"]:
    CALLS[name] = [{}, dict(p=0.25, inplace=True)]
for n in (1, 2, 3):
    CALLS[f"Conv{n}d"] = [
        dict(in_channels=4, out_channels=6, kernel_size=3),
        dict(in_channels=4, out_channels=6, kernel_size=[3, 2, 1][:n], stride=2, padding=1, dilation=2, groups=2, bias=False),
        dict(in_channels=4, out_channels=2, kernel_size=3, padding="same", padding_mode="reflect"),
        dict(in_channels=2, out_channels=2, kernel_size=1, padding="valid", dtype="float64"),
    ]
    CALLS[f"ConvTranspose{n}d"] = [
        dict(in_channels=4, out_channels=6, kernel_size=3),
        dict(in_channels=4, out_channels=6, kernel_size=[3, 2, 1][:n], stride=2, padding=1, output_padding=1, groups=2, bias=False, dilation=2),
    ]
    CALLS[f"BatchNorm{n}d"] = [dict(num_features=3), dict(num_features=3, affine=False), dict(num_features=3, track_running_stats=False),
                               dict(num_features=3, momentum=None, eps=1e-3, dtype="float64"), dict(num_features=3, bias=False)]
    CALLS[f"InstanceNorm{n}d"] = [dict(num_features=3), dict(num_features=3, affine=True, track_running_stats=True)]
    CALLS[f"MaxPool{n}d"] = [dict(kernel_size=2), dict(kernel_size=[3, 2, 1][:n], stride=2, padding=0, dilation=2, return_indices=True, ceil_mode=True)]
    CALLS[f"MaxUnpool{n}d"] = [dict(kernel_size=2), dict(kernel_size=3, stride=2, padding=1)]
    CALLS[f"AvgPool{n}d"] = [dict(kernel_size=2), dict(kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)]
    CALLS[f"LPPool{n}d"] = [dict(norm_type=2, kernel_size=2), dict(norm_type=1.5, kernel_size=3, stride=2, ceil_mode=True)]
    CALLS[f"AdaptiveAvgPool{n}d"] = [dict(output_size=1), dict(output_size=[None, 3, 2][:n])]
    CALLS[f"AdaptiveMaxPool{n}d"] = [dict(output_size=2), dict(output_size=[4, 3, 2][:n], return_indices=True)]
    CALLS[f"ConstantPad{n}d"] = [dict(padding=1, value=3.5), dict(padding=list(range(2 * n)), value=0.0)]
    for kind in ("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
        CALLS[f"{kind}{n}d"] = [dict(padding=2), dict(padding=list(range(2 * n)))]

# Calls that PyTorch refuses.
ERRORS = [
    ("Conv2d", dict(in_channels=3, out_channels=4, kernel_size=3, groups=2)),
    ("Conv2d", dict(in_channels=4, out_channels=3, kernel_size=3, groups=2)),
    ("Conv2d", dict(in_channels=4, out_channels=4, kernel_size=3, groups=0)),
    ("Conv2d", dict(in_channels=4, out_channels=4, kernel_size=3, padding="some")),
    ("Conv2d", dict(in_channels=4, out_channels=4, kernel_size=3, stride=2, padding="same")),
    ("Conv2d", dict(in_channels=4, out_channels=4, kernel_size=3, padding_mode="mirror")),
    ("Conv2d", dict(in_channels=4, out_channels=4)),
    ("Conv2d", dict(in_channels=4, out_channels=4, kernel_size=3, strides=2)),
    ("Conv1d", dict(in_channels=-4, out_channels=4, kernel_size=3)),
    ("ConvTranspose2d", dict(in_channels=4, out_channels=4, kernel_size=3, padding_mode="reflect")),
    ("Linear", dict(in_features=4)),
    ("Linear", dict(in_features=4, out_features=-1)),
    ("Bilinear", dict(in1_features=0, in2_features=2, out_features=2)),
    ("GroupNorm", dict(num_groups=3, num_channels=4)),
    ("MultiheadAttention", dict(embed_dim=8, num_heads=3)),
    ("MultiheadAttention", dict(embed_dim=8, num_heads=0)),
    ("Embedding", dict(num_embeddings=5, embedding_dim=2, padding_idx=5)),
    ("Embedding", dict(num_embeddings=5, embedding_dim=2, padding_idx=-6)),
    ("LSTM", dict(input_size=3, hidden_size=4, proj_size=4)),
    ("GRU", dict(input_size=3, hidden_size=4, proj_size=2)),
    ("LSTM", dict(input_size=3, hidden_size=4, dropout=1.5)),
    ("LSTM", dict(input_size=3, hidden_size=0)),
    ("Dropout", dict(p=1.5)),
    ("Dropout", dict(p=-0.5)),
    ("UpsamplingNearest2d", dict(scale_factor=[2, 2, 2], sizes=3)),
    ("StochasticDepth", dict(p=0.5)),
    ("MultiMarginLoss", dict(p=3)),
]


def owner(name):
    return sys.modules[__name__] if name == "StochasticDepth" else nn


def value(v):
    if isinstance(v, torch.Tensor):
        return v.tolist()
    return v if v is None or isinstance(v, (int, float, str, bool)) else (list(v) if isinstance(v, (tuple, list)) else str(v))


def signature(name):
    cls = getattr(owner(name), name)
    # RNN, LSTM and GRU hide their arguments behind *args.
    target = nn.RNNBase if name in ("RNN", "LSTM", "GRU") else cls
    out = []
    for p in inspect.signature(target.__init__).parameters.values():
        if p.name in ("self", "mode" if target is nn.RNNBase else "self") or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        default = None if p.default is p.empty else ("relu" if callable(p.default) else value(p.default))
        out.append([p.name, p.default is p.empty, default])
    if name == "RNN":
        # Its own constructor takes `nonlinearity` in fourth place and refuses proj_size.
        out = [a for a in out if a[0] != "proj_size"]
        out.insert(3, ["nonlinearity", False, "tanh"])
    forward = [[p.name, p.default is p.empty, None if p.default is p.empty else value(p.default)]
               for p in list(inspect.signature(cls.forward).parameters.values())[1:]]
    return out, forward


def build(name, kwargs):
    kwargs = dict(kwargs)
    if "dtype" in kwargs:
        kwargs["dtype"] = getattr(torch, kwargs["dtype"])
    if "weight" in kwargs or "pos_weight" in kwargs:
        for k in ("weight", "pos_weight"):
            if k in kwargs:
                kwargs[k] = torch.tensor(kwargs[k])
    kwargs = {k: tuple(v) if isinstance(v, list) else v for k, v in kwargs.items()}
    return getattr(owner(name), name)(**kwargs)


def describe(name, kwargs):
    torch.manual_seed(1)
    module = build(name, kwargs)
    state = module.state_dict()
    params = dict(module.named_parameters())
    sums = {}
    for key, t in state.items():
        flat = t.double().flatten()
        # Position-dependent, so that a permutation shows.
        sums[key] = float((flat * torch.arange(1, flat.numel() + 1, dtype=torch.float64)).sum())
    return {
        "args": kwargs,
        "state": [[k, list(v.shape), str(v.dtype)[6:], "parameter" if k in params else "buffer"] for k, v in state.items()],
        "parameters": list(params),
        "metadata": {k: v.get("version") for k, v in state._metadata.items()},
        "repr": repr(module),
        "initial": sums,
    }


def refused(name, kwargs):
    try:
        build(name, kwargs)
    except Exception as e:  # noqa: BLE001
        return f"{type(e).__name__}: {e}"
    raise SystemExit(f"{name} {kwargs} was accepted")


out = {"torch": torch.__version__, "classes": {}, "errors": []}
for name in sorted(CALLS):
    args, forward = signature(name)
    out["classes"][name] = {"args": args, "forward": forward, "calls": [describe(name, k) for k in CALLS[name]]}
for name, kwargs in ERRORS:
    out["errors"].append({"name": name, "args": kwargs, "message": refused(name, kwargs)})
# One class a line: readable diffs, small file.
sys.stdout.write('{"torch":%s,"classes":{\n' % json.dumps(out["torch"]))
sys.stdout.write(",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in out["classes"].items()))
sys.stdout.write('\n},"errors":[\n' + ",\n".join(json.dumps(e, separators=(",", ":")) for e in out["errors"]) + "\n]}\n")
