"""Outputs of real PyTorch for the classes of the module table, in eval and where it differs in training.

    python test/oracle/nn/forward.py > test/fixtures/nn/forward.json

Inputs and weights are made by formulas that the test repeats, so only outputs are kept.
"""
import json
import math
import sys

import torch
from torch import nn

# The fast path of attention takes a mask of floats for one of bools.
torch.backends.mha.set_fastpath_enabled(False)
torch.library.register_fake = lambda *_, **__: lambda f: f  # see table.py
from torchvision.ops import StochasticDepth  # noqa: E402,F401


def wave(shape, seed, kind="wave"):
    n = math.prod(shape)
    v = [math.sin(0.7 * i + 1.3 * seed + 0.1 * math.sin(3.1 * i)) for i in range(n)]
    if kind == "unit":
        v = [0.5 + 0.49 * x for x in v]
    return torch.tensor(v, dtype=torch.float64).reshape(shape).float()


def make(spec, seed):
    if spec is None or isinstance(spec, bool):
        return spec
    if isinstance(spec, list):
        return tuple(make(s, seed + 10 + i) for i, s in enumerate(spec))
    kind, shape = spec["kind"], spec["shape"]
    if kind in ("wave", "unit"):
        return wave(shape, seed, kind)
    n = math.prod(shape)
    if kind == "index":
        return torch.tensor([(7 * i + seed) % spec["high"] for i in range(n)]).reshape(shape)
    if kind == "values":
        return torch.tensor(spec["values"]).reshape(shape)
    if kind == "sign":
        return torch.tensor([1.0 if (i * i + seed) % 3 else -1.0 for i in range(n)]).reshape(shape)
    if kind == "count":
        return torch.tensor([float((i * i + seed) % 6) for i in range(n)]).reshape(shape)
    if kind == "mask":
        return torch.tensor([(3 * i + seed) % 4 == 0 for i in range(n)]).reshape(shape)
    raise ValueError(kind)


def x(*shape, kind="wave", **more):
    return {"kind": kind, "shape": list(shape), **more}


def idx(high, *shape):
    return x(*shape, kind="index", high=high)


CASES = []


def case(name, args, inputs, modes=("eval",)):
    for mode in modes:
        CASES.append({"name": name, "args": args, "inputs": inputs, "mode": mode})


BOTH = ("eval", "train")
case("Identity", {}, {"input": x(2, 3)})
case("Linear", dict(in_features=3, out_features=4), {"input": x(2, 3)})
case("Linear", dict(in_features=3, out_features=4, bias=False), {"input": x(2, 2, 3)})
case("Bilinear", dict(in1_features=2, in2_features=3, out_features=4), {"input1": x(5, 2), "input2": x(5, 3)})
case("Flatten", {}, {"input": x(2, 3, 2)})
case("Unflatten", dict(dim=1, unflattened_size=[2, 3]), {"input": x(2, 6)})
case("PixelShuffle", dict(upscale_factor=2), {"input": x(1, 8, 2, 3)})
case("PixelUnshuffle", dict(downscale_factor=2), {"input": x(1, 2, 4, 6)})
case("ChannelShuffle", dict(groups=2), {"input": x(1, 6, 2, 2)})
case("Unfold", dict(kernel_size=[2, 3], dilation=1, padding=1, stride=2), {"input": x(1, 2, 5, 6)})
case("Fold", dict(output_size=[4, 5], kernel_size=2), {"input": x(1, 8, 12)})
for mode, size in (("nearest", (2, 3, 4)), ("bilinear", (1, 2, 3, 4)), ("bicubic", (1, 2, 3, 4)), ("linear", (1, 2, 5)), ("trilinear", (1, 1, 2, 3, 2)), ("area", (1, 2, 4, 4)), ("nearest-exact", (1, 2, 4, 4))):
    case("Upsample", dict(scale_factor=2, mode=mode), {"input": x(*size)})
case("Upsample", dict(size=[5, 7], mode="bilinear", align_corners=True), {"input": x(1, 2, 3, 4)})
case("Upsample", dict(scale_factor=[1.5, 2.0]), {"input": x(1, 2, 4, 3)})
case("UpsamplingNearest2d", dict(scale_factor=2), {"input": x(1, 2, 2, 3)})
case("UpsamplingBilinear2d", dict(size=[4, 5]), {"input": x(1, 2, 2, 3)})
case("Embedding", dict(num_embeddings=5, embedding_dim=3, padding_idx=1), {"input": idx(5, 2, 4)})
case("EmbeddingBag", dict(num_embeddings=5, embedding_dim=3), {"input": idx(5, 2, 4)})
case("EmbeddingBag", dict(num_embeddings=5, embedding_dim=3, mode="max", padding_idx=1), {"input": idx(5, 8), "offsets": x(3, kind="values", values=[0, 3, 5])})
case("EmbeddingBag", dict(num_embeddings=5, embedding_dim=3, mode="sum"), {"input": idx(5, 2, 3), "per_sample_weights": x(2, 3)})
for n in (1, 2, 3):
    s = [6, 5, 4][:n]
    case(f"Conv{n}d", dict(in_channels=4, out_channels=2, kernel_size=3, stride=2, padding=1), {"input": x(2, 4, *s)})
    case(f"Conv{n}d", dict(in_channels=4, out_channels=4, kernel_size=[3, 2, 1][:n], padding="same", groups=2, bias=False), {"input": x(4, *s)})
    for pm in ("reflect", "replicate", "circular"):
        case(f"Conv{n}d", dict(in_channels=1, out_channels=2, kernel_size=3, padding=[1, 2, 1][:n], padding_mode=pm), {"input": x(1, 1, *s)})
    case(f"Conv{n}d", dict(in_channels=1, out_channels=1, kernel_size=[3, 2, 2][:n], padding="same", padding_mode="circular"), {"input": x(1, 1, *s)})
    case(f"ConvTranspose{n}d", dict(in_channels=4, out_channels=2, kernel_size=3, stride=2, padding=1, output_padding=1, groups=2), {"input": x(1, 4, *[3, 2, 2][:n])})
    case(f"ConvTranspose{n}d", dict(in_channels=2, out_channels=2, kernel_size=3, stride=2, dilation=2), {"input": x(1, 2, *[3, 2, 2][:n]), "output_size": [10, 8, 8][:n]})
    bn = [x(4, 3)] if n == 1 else []
    for shape in [x(2, 3, *[3, 2, 2][:n])] + bn:
        case(f"BatchNorm{n}d", dict(num_features=3), {"input": shape}, BOTH)
    case(f"BatchNorm{n}d", dict(num_features=3, momentum=None, affine=False), {"input": x(2, 3, *[3, 2, 2][:n])}, BOTH)
    case(f"BatchNorm{n}d", dict(num_features=3, track_running_stats=False, eps=0.1), {"input": x(2, 3, *[3, 2, 2][:n])}, BOTH)
    case(f"BatchNorm{n}d", dict(num_features=3, bias=False, momentum=0.3), {"input": x(2, 3, *[3, 2, 2][:n])}, BOTH)
    case(f"InstanceNorm{n}d", dict(num_features=3), {"input": x(3, *[4, 2, 2][:n])})
    case(f"InstanceNorm{n}d", dict(num_features=3, affine=True, track_running_stats=True), {"input": x(2, 3, *[4, 2, 2][:n])}, BOTH)
    case(f"MaxPool{n}d", dict(kernel_size=2), {"input": x(1, 2, *[6, 4, 4][:n])})
    case(f"MaxPool{n}d", dict(kernel_size=3, stride=2, padding=1, return_indices=True, ceil_mode=True), {"input": x(1, 2, *[6, 4, 4][:n])})
    case(f"MaxUnpool{n}d", dict(kernel_size=2), {"input": x(1, 1, *[2] * n), "indices": x(1, 1, *[2] * n, kind="values", values={1: [0, 3], 2: [0, 3, 9, 14], 3: [0, 2, 9, 11, 32, 35, 41, 42]}[n])})
    case(f"AvgPool{n}d", dict(kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False), {"input": x(1, 2, *[6, 4, 4][:n])})
    case(f"LPPool{n}d", dict(norm_type=2.0, kernel_size=2), {"input": x(1, 2, *[6, 4, 4][:n], kind="unit")})
    case(f"AdaptiveAvgPool{n}d", dict(output_size=[3, None, 2][:n]), {"input": x(1, 2, *[7, 4, 3][:n])})
    case(f"AdaptiveMaxPool{n}d", dict(output_size=[3, 2, 2][:n]), {"input": x(1, 2, *[7, 4, 3][:n])})
    case(f"AdaptiveMaxPool{n}d", dict(output_size=2, return_indices=True), {"input": x(1, 2, *[7, 4, 3][:n])})
    case(f"ConstantPad{n}d", dict(padding=[1, 2, 0, 1, 1, 0][:2 * n], value=3.5), {"input": x(1, 1, *[3, 2, 2][:n])})
    for kind in ("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
        case(f"{kind}{n}d", dict(padding=[1, 2, 0, 1, 1, 0][:2 * n]), {"input": x(1, 1, *[3, 3, 3][:n])})
case("AvgPool2d", dict(kernel_size=2, divisor_override=3), {"input": x(1, 2, 4, 4)})
for name, args in [("ReLU", {}), ("ReLU6", {}), ("Hardtanh", dict(min_val=-0.5, max_val=0.25)), ("RReLU", {}), ("Sigmoid", {}), ("Hardsigmoid", {}), ("Tanh", {}), ("SiLU", {}),
                   ("Mish", {}), ("Hardswish", {}), ("ELU", dict(alpha=0.5)), ("CELU", dict(alpha=0.5)), ("SELU", {}), ("GLU", dict(dim=1)), ("GELU", {}), ("GELU", dict(approximate="tanh")),
                   ("Hardshrink", dict(lambd=0.3)), ("Softshrink", dict(lambd=0.3)), ("Tanhshrink", {}), ("LeakyReLU", dict(negative_slope=0.2)), ("LogSigmoid", {}),
                   ("Softplus", dict(beta=2.0, threshold=1.0)), ("Softsign", {}), ("Threshold", dict(threshold=0.1, value=20.0)), ("Softmin", dict(dim=1)), ("Softmax", dict(dim=0)),
                   ("LogSoftmax", dict(dim=-1)), ("PReLU", {}), ("PReLU", dict(num_parameters=4))]:
    case(name, args, {"input": x(3, 4)})
case("Softmax2d", {}, {"input": x(1, 3, 2, 2)})
case("LayerNorm", dict(normalized_shape=[3, 4]), {"input": x(2, 3, 4)})
case("LayerNorm", dict(normalized_shape=4, bias=False, eps=0.1), {"input": x(2, 4)})
case("RMSNorm", dict(normalized_shape=4), {"x": x(2, 4)})
case("RMSNorm", dict(normalized_shape=4, eps=0.1, elementwise_affine=False), {"x": x(2, 4)})
case("GroupNorm", dict(num_groups=2, num_channels=4), {"input": x(2, 4, 3)})
case("LocalResponseNorm", dict(size=3, alpha=0.5), {"input": x(1, 5, 2, 2)})
for name, shape in [("Dropout", (4, 5)), ("Dropout1d", (2, 3, 2)), ("Dropout2d", (2, 3, 2, 2)), ("Dropout3d", (2, 3, 1, 2, 2)), ("AlphaDropout", (4, 5)), ("FeatureAlphaDropout", (2, 3, 4))]:
    case(name, dict(p=0.4), {"input": x(*shape)}, BOTH)
case("StochasticDepth", dict(p=0.4, mode="row"), {"input": x(6, 3)}, BOTH)
case("StochasticDepth", dict(p=0.4, mode="batch"), {"input": x(6, 3)}, BOTH)
case("MultiheadAttention", dict(embed_dim=4, num_heads=2), {"query": x(3, 2, 4), "key": x(5, 2, 4), "value": x(5, 2, 4)})
case("MultiheadAttention", dict(embed_dim=4, num_heads=2, batch_first=True, bias=False), {"query": x(2, 3, 4), "key": x(2, 3, 4), "value": x(2, 3, 4), "need_weights": False, "attn_mask": x(3, 3)})
case("MultiheadAttention", dict(embed_dim=4, num_heads=2, kdim=3, vdim=5), {"query": x(3, 4), "key": x(2, 3), "value": x(2, 5)})
case("MultiheadAttention", dict(embed_dim=4, num_heads=2, add_bias_kv=True, add_zero_attn=True, batch_first=True),
     {"query": x(2, 3, 4), "key": x(2, 4, 4), "value": x(2, 4, 4), "key_padding_mask": x(2, 4, kind="mask"), "average_attn_weights": False})
for extra in (dict(batch_first=True), dict(norm_first=True, activation="gelu", bias=False)):
    shape = (2, 3, 4)
    mask = x(3, 3) if extra.get("batch_first") else x(2, 2)
    case("TransformerEncoderLayer", dict(d_model=4, nhead=2, dim_feedforward=6, dropout=0.1, **extra), {"src": x(*shape), "src_mask": mask})
    case("TransformerDecoderLayer", dict(d_model=4, nhead=2, dim_feedforward=6, dropout=0.1, **extra), {"tgt": x(*shape), "memory": x(*shape), "tgt_mask": mask})
case("TransformerEncoderLayer", dict(d_model=4, nhead=2, dim_feedforward=6, dropout=0.0, batch_first=True), {"src": x(2, 3, 4), "src_key_padding_mask": x(2, 3, kind="values", values=[False, False, True, False, True, True])}, ("train",))
for kind in ("RNN", "GRU"):
    case(kind, dict(input_size=3, hidden_size=2), {"input": x(4, 2, 3)})
    case(kind, dict(input_size=3, hidden_size=2, num_layers=2, bidirectional=True, batch_first=True), {"input": x(2, 3, 3), "hx": x(4, 2, 2)})
    case(kind, dict(input_size=3, hidden_size=2, bias=False), {"input": x(4, 3)})
case("RNN", dict(input_size=3, hidden_size=2, nonlinearity="relu"), {"input": x(4, 2, 3)})
case("LSTM", dict(input_size=3, hidden_size=2), {"input": x(4, 2, 3)})
case("LSTM", dict(input_size=3, hidden_size=2, num_layers=2, bidirectional=True, batch_first=True), {"input": x(2, 3, 3), "hx": [x(4, 2, 2), x(4, 2, 2)]})
case("LSTM", dict(input_size=3, hidden_size=3, num_layers=2, proj_size=2, bias=False), {"input": x(4, 3)})
for kind in ("RNNCell", "GRUCell"):
    case(kind, dict(input_size=3, hidden_size=2), {"input": x(4, 3)})
    case(kind, dict(input_size=3, hidden_size=2, bias=False), {"input": x(3), "hx": x(2)})
case("LSTMCell", dict(input_size=3, hidden_size=2), {"input": x(4, 3)})
case("LSTMCell", dict(input_size=3, hidden_size=2), {"input": x(4, 3), "hx": [x(4, 2), x(4, 2)]})
# Masks of dropout are PyTorch's too.
case("MultiheadAttention", dict(embed_dim=4, num_heads=2, dropout=0.3), {"query": x(3, 2, 4), "key": x(5, 2, 4), "value": x(5, 2, 4)}, ("train",))
case("MultiheadAttention", dict(embed_dim=4, num_heads=2, dropout=0.3, batch_first=True), {"query": x(2, 3, 4), "key": x(2, 3, 4), "value": x(2, 3, 4), "need_weights": False}, ("train",))
case("TransformerEncoderLayer", dict(d_model=4, nhead=2, dim_feedforward=6, dropout=0.2), {"src": x(3, 2, 4)}, ("train",))
case("TransformerDecoderLayer", dict(d_model=4, nhead=2, dim_feedforward=6, dropout=0.2, batch_first=True), {"tgt": x(2, 3, 4), "memory": x(2, 4, 4)}, ("train",))
for kind in ("RNN", "LSTM", "GRU"):
    case(kind, dict(input_size=3, hidden_size=2, num_layers=3, dropout=0.4, bidirectional=True, batch_first=True), {"input": x(2, 3, 3)}, ("train",))
case("CosineSimilarity", dict(dim=1), {"x1": x(2, 3), "x2": x(2, 3)})
case("PairwiseDistance", {}, {"x1": x(2, 3), "x2": x(2, 3)})
case("PairwiseDistance", dict(p=1.0, keepdim=True), {"x1": x(2, 3), "x2": x(2, 3)})
pair = {"input": x(3, 4), "target": x(3, 4)}
unit = {"input": x(3, 4, kind="unit"), "target": x(3, 4, kind="unit")}
sign = {"input": x(3, 4), "target": x(3, 4, kind="sign")}
classes = {"input": x(3, 4), "target": idx(4, 3)}
for reduction in ("mean", "sum", "none"):
    r = dict(reduction=reduction)
    for name in ("L1Loss", "MSELoss"):
        case(name, r, pair)
    case("SmoothL1Loss", dict(beta=0.5, **r), pair)
    case("HuberLoss", dict(delta=0.5, **r), pair)
    case("SoftMarginLoss", r, sign)
    case("HingeEmbeddingLoss", dict(margin=0.5, **r), sign)
    case("BCELoss", r, unit)
    case("BCEWithLogitsLoss", dict(weight=[0.5, 1.0, 2.0, 1.5], pos_weight=[2.0, 3.0, 1.0, 0.5], **r), {"input": x(3, 4), "target": x(3, 4, kind="unit")})
    case("CrossEntropyLoss", dict(weight=[0.5, 1.0, 2.0, 1.5], label_smoothing=0.1, ignore_index=1, **r), classes)
    case("CrossEntropyLoss", r, {"input": x(2, 4, 3), "target": x(2, 4, 3, kind="unit")})
    case("NLLLoss", dict(weight=[0.5, 1.0, 2.0, 1.5], **r), classes)
    case("MultiMarginLoss", dict(margin=0.5, p=2, **r), classes)
    case("MultiLabelSoftMarginLoss", r, {"input": x(3, 4), "target": x(3, 4, kind="unit")})
    case("MultiLabelMarginLoss", r, {"input": x(2, 4), "target": x(2, 4, kind="values", values=[3, 0, -1, 1, 1, -1, 2, 0])})
    case("PoissonNLLLoss", dict(full=True, **r), {"log_input": x(3, 4), "target": x(3, 4, kind="count")})
    case("GaussianNLLLoss", dict(full=True, **r), {"input": x(3, 4), "target": x(3, 4), "var": x(3, 4, kind="unit")})
    case("MarginRankingLoss", dict(margin=0.2, **r), {"input1": x(4), "input2": x(4), "target": x(4, kind="sign")})
    case("CosineEmbeddingLoss", dict(margin=0.2, **r), {"input1": x(4, 3), "input2": x(4, 3), "target": x(4, kind="sign")})
    case("TripletMarginLoss", dict(swap=True, **r), {"anchor": x(4, 3), "positive": x(4, 3), "negative": x(4, 3)})
for reduction in ("mean", "sum", "none", "batchmean"):
    case("KLDivLoss", dict(reduction=reduction), unit)
case("KLDivLoss", dict(log_target=True), pair)
case("MSELoss", dict(size_average=False), pair)
case("MSELoss", dict(reduce=False), pair)
case("CTCLoss", dict(reduction="none"), {"log_probs": x(6, 2, 4), "targets": x(2, 3, kind="values", values=[1, 2, 2, 3, 1, 2]), "input_lengths": x(2, kind="values", values=[6, 5]), "target_lengths": x(2, kind="values", values=[3, 2])})


def build(name, args):
    args = {k: (tuple(v) if isinstance(v, list) else v) for k, v in args.items()}
    for k in ("weight", "pos_weight"):
        if k in args:
            args[k] = torch.tensor(args[k])
    return StochasticDepth(**args) if name == "StochasticDepth" else getattr(nn, name)(**args)


def set_state(module, args):
    for i, (key, t) in enumerate(module.state_dict().items()):
        if key in args:
            continue
        if key.endswith("num_batches_tracked"):
            t.fill_(2)
        elif key.endswith("running_var"):
            t.copy_(1 + 0.5 * wave(t.shape, 100 + i).abs())
        else:
            t.copy_(0.5 * wave(t.shape, 100 + i))


def flat(v):
    if v is None or isinstance(v, torch.Tensor):
        return [v]
    return [t for part in v for t in flat(part)]


def text(t):
    if t is None:
        return None
    v = t.detach().flatten().tolist()
    return [str(t.dtype)[6:], list(t.shape), [float(f"{e:.7g}") if isinstance(e, float) else e for e in v]]


lines = []
for c in CASES:
    module = build(c["name"], c["args"])
    set_state(module, c["args"])
    module.train(c["mode"] == "train")
    inputs = {k: v if k == "output_size" else make(v, i) for i, (k, v) in enumerate(c["inputs"].items())}
    torch.manual_seed(5)
    with torch.no_grad() if c["mode"] == "eval" else torch.enable_grad():
        out = module(**inputs) if c["name"] != "Identity" else module(*inputs.values())
    updates = {k: text(b) for k, b in module.named_buffers()} if c["mode"] == "train" else {}
    lines.append(json.dumps({**c, "out": [text(t) for t in flat(out)], "buffers": updates}, separators=(",", ":")))
sys.stdout.write("[\n" + ",\n".join(lines) + "\n]\n")
