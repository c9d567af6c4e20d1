from ._case import *

CASES = [
    c("zeros", dim("N:2"), 3), c("zeros", [dim("N:2"), 3], dtype="int64"), c("ones", 2, 3), c("ones", [dim("N:0")]), c("ones", 2, dtype="bool"), c("empty", dim("N:2"), 3, random=True),
    c("zeros_like", "@float32[N:2,3]"), c("zeros_like", "@int64[2]", dtype="float32"), c("ones_like", "@bool[N:2]"), c("ones_like", "@float16[2,2]"), c("empty_like", "@float32[N:2,3]", random=True),
    c("new_zeros", "@float16[N:2,3]", dim("N:2"), 4), c("new_ones", "@int64[2]", [3]), c("new_empty", "@int64[2]", [3], random=True), c("new_full", "@float32[2]", [dim("N:3")], 7), c("new_full", "@int64[2]", [3], fl(7.5), call="Tensor.new_full"),
    c("full", [dim("N:2"), 3], 7), c("full", [2], fl(7)), c("full", [2], True), c("full", [2], fl("-inf")), c("full", [2], 7, dtype="float32"), c("full_like", "@int64[N:2,3]", 7), c("full_like", "@float32[2]", fl(0.5)), c("full_like", "@float32[2]", 1, dtype="bool"),
    c("tensor_values", [0.5, 2], call="tensor"), c("tensor_values", [[1, 2], [3, 4]], call="tensor"), c("tensor_values", [True, False], call="tensor"), c("tensor_values", [1, 2], dtype="float32", call="tensor"),
    c("scalar_tensor", 3, call="tensor"), c("scalar_tensor", fl(3), call="tensor"), c("scalar_tensor", True, call="tensor"), c("scalar_tensor", 3, dtype="float32", call="tensor"),
    c("arange", 5), c("arange", fl(5)), c("arange", fl(2.5)), c("arange", dim("N:5")), c("arange", 5, dtype="float32"), c("arange", 0),
    c("arange_start", 1, 5, call="arange"), c("arange_start", 5, 1, -2, call="arange"), c("arange_start", dim("P:2"), dim("T:7"), call="arange"), c("arange_start", 0, 10, 3, call="arange"), c("arange_start", fl(0.5), fl(3), fl(0.25), call="arange"), c("arange_start", 0, dim("T:7"), 2, call="arange"), c("arange_start", 0, 6, 2, dtype="float32", call="arange"), c("arange_start", 1, fl(0.2), fl(-0.1), call="arange", tol=1e-6),
    c("linspace", 0, 1, 5), c("linspace", -1, 1, dim("N:6")), c("linspace", 3, -2, 7), c("linspace", 0, 1, 1), c("linspace", 0, 1, 0), c("linspace", 0, 10, 5, dtype="float64"), c("linspace", 0, 10, 4, dtype="int64"),
    c("logspace", 0, 2, 3), c("logspace", -1, 1, dim("N:4"), 2),
    c("eye", dim("N:3")), c("eye", 2, 4), c("eye", 3, dtype="int64"), c("eye", 3, 2, dtype="bool"),
    c("tril_indices", 3, 4), c("tril_indices", 3, 3, -1), c("tril_indices", 2, 5, 2), c("triu_indices", 3, 4), c("triu_indices", 3, 3, 1), c("triu_indices", 4, 2, -1, dtype="int32"), c("tril_indices", 2, 2, -5),
    c("one_hot", "@int64[N:4] 0..3", 5), c("one_hot", "@int64[N:2,2] 0..3", dim("C:3")), c("one_hot", "@int64[N:0]", 3),
]
for w in ["hann_window", "hamming_window", "blackman_window"]:
    CASES += [c(w, 6), c(w, 7, False), c(w, 1), c(w, 0), c(w, 5, dtype="float64")]
for r in ["rand", "randn"]:
    CASES += [c(r, dim("N:2"), 3, random=True), c(r, [2, 3], random=True, dtype="float64")]
CASES += [c("rand_like", "@float32[N:2,3]", random=True), c("randn_like", "@float32[N:2,3]", random=True), c("bernoulli", vals([0.0, 1.0, 0.0, 1.0])), c("bernoulli", "@float32[N:2,3] 0..1", random=True), c("uniform", dim("N:2"), 3, random=True), c("normal", dim("N:2"), 3, random=True)]
CASES += [c("randint", 5, [dim("N:2"), 3], random=True), c("randint_low", 2, 5, [3], call="randint", random=True)]
CASES += [c("bernoulli_fill", "@float32[N:2,3]", random=True, call="Tensor.bernoulli_"), c("bernoulli_fill", "@float32[3]", 1.0, call="Tensor.bernoulli_"), c("bernoulli_fill", "@int64[3]", 0.0, call="Tensor.bernoulli_"), c("normal_fill", "@float32[N:2,3]", random=True, call="Tensor.normal_"), c("normal_fill", "@float32[2]", 3.0, 0.0, call="Tensor.normal_"), c("uniform_fill", "@float32[N:2,3]", random=True, call="Tensor.uniform_"), c("zero_fill", "@int64[N:2,3]", call="Tensor.zero_"), c("value_fill", "@float32[N:2,3]", 2.5, call="Tensor.fill_"), c("value_fill", "@bool[2]", True, call="Tensor.fill_")]
CASES += [c("value_copy", "@float32[N:2,3]", "@float32[3]", call="Tensor.copy_"), c("value_copy", "@int64[2,2]", "@float32[2,2] -3..3", call="Tensor.copy_"), c("value_copy", "@bool[2]", "@int64[2] 0..2", call="Tensor.copy_")]
