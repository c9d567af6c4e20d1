"""What torch.autocast('cpu', bfloat16) makes of functions, and losses of training within it, by PyTorch 2.13.

    python test/oracle/optim/autocast.py > test/fixtures/optim/autocast.json

Of every function: the dtype and elements of its result for float32 and for bfloat16 inputs. Inputs are waves that the test repeats.
"""
import json
import math
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
BF16 = torch.bfloat16
CLASSES = torch.tensor([0, 2])


def wave(shape, seed=0, dtype=torch.float32):
    n = math.prod(shape)
    return torch.tensor([math.sin(0.7 * i + 1.3 * seed) for i in range(n)], dtype=torch.float64).reshape(shape).to(dtype)


def positive(shape, seed, dtype):
    return (wave(shape, seed, torch.float64).abs() * 0.8 + 0.1).to(dtype)


CALLS = {
    "linear": lambda w: F.linear(w([2, 3], 1), w([4, 3], 2), w([4], 3)),
    "matmul": lambda w: torch.matmul(w([2, 3], 1), w([3, 2], 2)),
    "matmul_vector": lambda w: torch.matmul(w([2, 3], 1), w([3], 2)),
    "mm": lambda w: torch.mm(w([2, 3], 1), w([3, 2], 2)),
    "mv": lambda w: torch.mv(w([2, 3], 1), w([3], 2)),
    "dot": lambda w: torch.dot(w([3], 1), w([3], 2)),
    "bmm": lambda w: torch.bmm(w([2, 2, 3], 1), w([2, 3, 2], 2)),
    "addmm": lambda w: torch.addmm(w([2, 2], 3), w([2, 3], 1), w([3, 2], 2)),
    "addmv": lambda w: torch.addmv(w([2], 3), w([2, 3], 1), w([3], 2)),
    "baddbmm": lambda w: torch.baddbmm(w([1, 2, 2], 3), w([1, 2, 3], 1), w([1, 3, 2], 2)),
    "outer": lambda w: torch.outer(w([2], 1), w([3], 2)),
    "einsum": lambda w: torch.einsum("ij,jk->ik", w([2, 3], 1), w([3, 2], 2)),
    "bilinear": lambda w: F.bilinear(w([2, 3], 1), w([2, 3], 2), w([4, 3, 3], 3)),
    "gru": lambda w: torch.gru(w([3, 2, 3], 1), w([2, 2, 2], 2), [w([6, 3], 3), w([6, 2], 4), w([6], 5), w([6], 6), w([6, 2], 7), w([6, 2], 8), w([6], 9), w([6], 10)], True, 2, 0.0, False, False, False)[0],
    "lstm": lambda w: torch.lstm(w([3, 2, 3], 1), [w([1, 2, 2], 2), w([1, 2, 2], 3)], [w([8, 3], 4), w([8, 2], 5), w([8], 6), w([8], 7)], True, 1, 0.0, False, False, False)[0],
    "rnn_tanh": lambda w: torch.rnn_tanh(w([3, 2, 3], 1), w([1, 2, 2], 2), [w([2, 3], 3), w([2, 2], 4), w([2], 5), w([2], 6)], True, 1, 0.0, False, False, False)[0],
    "gru_cell": lambda w: torch.gru_cell(w([2, 3], 1), w([2, 2], 2), w([6, 3], 3), w([6, 2], 4), w([6], 5), w([6], 6)),
    "lstm_cell": lambda w: torch.lstm_cell(w([2, 3], 1), [w([2, 2], 2), w([2, 2], 3)], w([8, 3], 4), w([8, 2], 5), w([8], 6), w([8], 7))[0],
    "lstm_cell_state": lambda w: torch.lstm_cell(w([2, 3], 1), [w([2, 2], 2), w([2, 2], 3)], w([8, 3], 4), w([8, 2], 5), w([8], 6), w([8], 7))[1],
    "rnn_tanh_cell": lambda w: torch.rnn_tanh_cell(w([2, 3], 1), w([2, 2], 2), w([2, 3], 3), w([2, 2], 4), w([2], 5), w([2], 6)),
    "conv1d": lambda w: F.conv1d(w([1, 2, 5], 1), w([2, 2, 3], 2)),
    "conv2d": lambda w: F.conv2d(w([1, 2, 5, 5], 1), w([2, 2, 3, 3], 2), w([2], 3)),
    "conv_transpose2d": lambda w: F.conv_transpose2d(w([1, 2, 3, 3], 1), w([2, 2, 3, 3], 2)),
    "prelu": lambda w: F.prelu(w([2, 3], 1), w([1], 2)),
    "scaled_dot_product_attention": lambda w: F.scaled_dot_product_attention(w([1, 1, 2, 4], 1), w([1, 1, 2, 4], 2), w([1, 1, 2, 4], 3)),
    "softmax": lambda w: F.softmax(w([2, 3], 1), -1),
    "layer_norm": lambda w: F.layer_norm(w([2, 3], 1), [3]),
    "gelu": lambda w: F.gelu(w([2, 3], 1)),
    "sum": lambda w: torch.sum(w([2, 3], 1)),
    "prod": lambda w: torch.prod(w([2, 3], 1)),
    "exp": lambda w: torch.exp(w([2, 3], 1)),
    "cdist": lambda w: torch.cdist(w([2, 3], 1), w([2, 3], 2)),
    "trace": lambda w: torch.trace(w([2, 2], 1)),
    "inverse": lambda w: torch.inverse(w([2, 2], 1)),
    "linalg_solve": lambda w: torch.linalg.solve(w([2, 2], 1), w([2, 2], 2)),
    "cholesky_inverse": lambda w: torch.cholesky_inverse(w([2, 2], 1)),
    "quantile": lambda w: torch.quantile(w([5], 1), 0.3),
    "addbmm": lambda w: torch.addbmm(w([2, 2], 3), w([2, 2, 3], 1), w([2, 3, 2], 2)),
    "chain_matmul": lambda w: torch.chain_matmul(w([2, 3], 1), w([3, 2], 2), w([2, 2], 3)),
    "tensordot_axes": lambda w: torch.tensordot(w([2, 3], 1), w([3, 2], 2), ([1], [0])),
    "matrix_power": lambda w: torch.matrix_power(w([2, 2], 1), 2),
    "cosine_similarity": lambda w: F.cosine_similarity(w([2, 3], 1), w([2, 3], 2)),
    "avg_pool2d": lambda w: F.avg_pool2d(w([1, 1, 2, 2], 1), 2),
    "avg_pool3d": lambda w: F.avg_pool3d(w([1, 1, 2, 2, 2], 1), 2),
    "pad_constant": lambda w: F.pad(w([1, 1, 4], 1), [1, 1]),
    "pad_reflect": lambda w: F.pad(w([1, 1, 4], 1), [1, 1], "reflect"),
    "cross_entropy": lambda w: F.cross_entropy(w([2, 3], 1), CLASSES),
    "nll_loss": lambda w: F.nll_loss(w([2, 3], 1), CLASSES),
    "mse_loss": lambda w: F.mse_loss(w([4], 1), w([4], 2)),
    "smooth_l1_loss": lambda w: F.smooth_l1_loss(w([4], 1), w([4], 2)),
    "binary_cross_entropy_with_logits": lambda w: F.binary_cross_entropy_with_logits(w([4], 1), w([4], 2)),
    "kl_div": lambda w: F.kl_div(w([4], 1), w([4], 2).abs()),
}

calls = {}
for name, call in CALLS.items():
    results = []
    for dtype in (torch.float32, BF16):
        with torch.autocast("cpu", BF16):
            out = call(lambda shape, seed: wave(shape, seed, dtype))
        results.append([str(out.dtype)[6:], out.flatten().tolist()])
    calls[name] = results

# A net of a convolution, a norm and two linears, trained within autocast.
params = [wave(s, i).requires_grad_() for i, s in enumerate([(4, 1, 3, 3), (4,), (4,), (8, 64), (8,), (3, 8)])]
x, y = wave((6, 1, 6, 6), 7), torch.tensor([0, 1, 2, 0, 1, 2])
optimizer = torch.optim.SGD(params, lr=0.05, momentum=0.9)
losses, dtypes = [], []
for _ in range(30):
    optimizer.zero_grad()
    with torch.autocast("cpu", BF16):
        h = F.conv2d(x, params[0])
        h = F.relu(F.group_norm(h, 2, params[1], params[2])).flatten(1)
        h = F.linear(h, params[3], params[4])
        loss = F.cross_entropy(F.linear(torch.tanh(h), params[5]), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(json.dumps({"calls": calls, "losses": losses, "grads": [str(p.grad.dtype)[6:] for p in params]}, separators=(",", ":")))
