from ._case import *

I = "@int64[N:2,3] 0..5"
CASES = [
    c("embedding", I, "@float32[5,4]"), c("embedding", "@int64[N:0]", "@float32[5,4]"), c("embedding", "@int32[N:3] 0..5", "@float32[5,4]"), c("embedding", I, "@float32[5,4]", 2), c("embedding", I, "@float32[5,4]", padding_idx=-1), c("embedding", "@int64[] 0..5", "@float32[V:5,4]"),
]
for mode in ["sum", "mean", "max"]:
    CASES += [c("embedding_bag", I, "@float32[5,4]", mode=mode), c("embedding_bag", "@int64[6] 0..5", "@float32[5,4]", vals([0, 2, 2], "int64"), mode=mode), c("embedding_bag", "@int64[6] 0..5", "@float32[5,4]", vals([0, 2, 6], "int64"), mode=mode, include_last_offset=True), c("embedding_bag", I, "@float32[5,4]", mode=mode, padding_idx=1)]
CASES += [c("embedding_bag", I, "@float32[5,4]", mode="sum", per_sample_weights="@float32[N:2,3]"), c("embedding_bag", I, "@float32[5,4]", mode="sum", padding_idx=-1)]
Q, K, V = "@float32[N:2,2,3,4]", "@float32[N:2,2,5,4]", "@float32[N:2,2,5,6]"
S = "scaled_dot_product_attention"
CASES += [
    c(S, Q, K, V), c(S, Q, K, V, "@bool[3,5]"), c(S, Q, K, V, "@float32[N:2,1,3,5]"), c(S, Q, Q, Q, is_causal=True), c(S, Q, K, V, is_causal=True), c(S, Q, K, V, scale=0.3), c(S, Q, K, V, vals([0] * 5 + [1] * 10, "bool", [3, 5])), c(S, "@float32[N:2,4,3,4]", K, V, enable_gqa=True), c(S, "@float32[T:3,4]", "@float32[S:5,4]", "@float32[S:5,4]"), c(S, Q, "@float32[1,2,5,4]", "@float32[1,2,5,6]") if False else c(S, "@float32[N:2,3,4]", "@float32[N:2,5,4]", "@float32[N:2,5,2]"), c(S, "@float32[N:2,2,T:3,4]", "@float32[N:2,2,T:3,4]", "@float32[N:2,2,T:3,4]", is_causal=True),
]
W = ["@float32[24,8] -0.5..0.5", "@float32[24]"]
O = ["@float32[8,8] -0.5..0.5", "@float32[8]"]
M = "multi_head_attention_forward"
L = "@float32[T:3,N:2,8]"
CASES += [
    c(M, L, L, L, 8, 2, *W, None, None, False, 0.0, *O), c(M, L, "@float32[S:4,N:2,8]", "@float32[S:4,N:2,8]", 8, 4, *W, None, None, False, 0.0, *O, False), c(M, L, L, L, 8, 2, *W, "@float32[1,1,8]", "@float32[1,1,8]", True, 0.0, *O, False), c(M, L, L, L, 8, 2, *W, None, None, False, 0.0, *O, False, vals([0, 0, 1, 0, 0, 0], "bool", [2, 3]), symbolic=False), c(M, L, L, L, 8, 2, *W, None, None, False, 0.0, *O, False, None, False, "@float32[T:3,T:3]"), c(M, L, L, L, 8, 2, *W, None, None, False, 0.0, *O, False, average_attn_weights=False, attn_mask=vals([0, 1, 1, 0, 0, 1, 0, 0, 0], "bool", [3, 3]), symbolic=False),
    c(M, "@float32[T:3,8]", "@float32[T:3,8]", "@float32[T:3,8]", 8, 2, *W, None, None, False, 0.0, *O, False), c(M, L, "@float32[S:4,N:2,6]", "@float32[S:4,N:2,5]", 8, 2, None, "@float32[24]", None, None, False, 0.0, *O, False, use_separate_proj_weight=True, q_proj_weight="@float32[8,8]", k_proj_weight="@float32[8,6]", v_proj_weight="@float32[8,5]"), c(M, L, L, L, 8, 2, *W, "@float32[1,1,8]", "@float32[1,1,8]", True, 0.0, *O, False, vals([0, 0, 1, 0, 0, 0], "bool", [2, 3]), True, "@float32[3,3]", symbolic=False), c(M, L, L, L, 8, 2, "@float32[24,8] -0.5..0.5", None, None, None, False, 0.0, "@float32[8,8]", None, False),
]
R = " -0.7..0.7"


def params(gates, layers, directions, inputs, hidden, biases, projection=0):
    out = []
    width = projection or hidden
    for layer in range(layers):
        size = inputs if layer == 0 else width * directions
        for _ in range(directions):
            out += [f"@float32[{gates * hidden},{size}]{R}", f"@float32[{gates * hidden},{width}]{R}"]
            if biases:
                out += [f"@float32[{gates * hidden}]{R}"] * 2
            if projection:
                out += [f"@float32[{projection},{hidden}]{R}"]
    return out


for layers, directions, biases, first in [(1, 1, True, False), (2, 1, True, True), (1, 2, True, False), (2, 2, False, True)]:
    x = "@float32[N:2,T:4,3]" if first else "@float32[T:4,N:2,3]"
    state = f"@float32[{layers * directions},N:2,2]"
    tail = [biases, layers, 0.0, False, directions == 2, first]
    CASES.append(c("lstm", x, [state, state], params(4, layers, directions, 3, 2, biases), *tail, call="torch.lstm"))
    CASES.append(c("gru", x, state, params(3, layers, directions, 3, 2, biases), *tail, call="torch.gru"))
    CASES.append(c("rnn_tanh", x, state, params(1, layers, directions, 3, 2, biases), *tail, call="torch.rnn_tanh"))
    CASES.append(c("rnn_relu", x, state, params(1, layers, directions, 3, 2, biases), *tail, call="torch.rnn_relu"))
CASES.append(c("lstm", "@float32[T:4,N:2,3]", ["@float32[2,N:2,2]", "@float32[2,N:2,5]"], params(4, 2, 1, 3, 5, True, 2), True, 2, 0.0, False, False, False, call="torch.lstm"))
B = [f"@float32[{{}}]{R}"] * 2
for f, g in [("lstm_cell", 4), ("gru_cell", 3), ("rnn_tanh_cell", 1), ("rnn_relu_cell", 1)]:
    h = ["@float32[N:2,2]", "@float32[N:2,2]"] if f == "lstm_cell" else "@float32[N:2,2]"
    CASES += [c(f, "@float32[N:2,3]", h, f"@float32[{g * 2},3]", f"@float32[{g * 2},2]", f"@float32[{g * 2}]", f"@float32[{g * 2}]"), c(f, "@float32[N:2,3]", h, f"@float32[{g * 2},3]", f"@float32[{g * 2},2]")]
