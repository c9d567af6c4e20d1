from ._case import *

CASES = []
for f in ["eq", "ne", "lt", "le", "gt", "ge"]:
    CASES += [c(f, "@int64[N:2,3] 0..3", "@int64[3] 0..3"), c(f, "@float32[N:2,3]", 0), c(f, "@int64[3] 0..3", fl(1.5)), c(f, EDGES, vals([1.0, "inf", "-inf", 0.0, 0.0, "nan", 3.5, -2.5])), c(f, "@bool[4]", "@bool[4]"), c(f, "@bool[4]", 1), c(f, "@float32[N:0]", 1), c(f, "@int64[3]", "@float32[3]"), c(f, "@float32[N:2,3]T", "@float32[N:2,1]")]
for f in ["bitwise_and", "bitwise_or", "bitwise_xor"]:
    CASES += [c(f, "@int64[N:2,3] -9..9", "@int64[3] -9..9"), c(f, "@bool[N:4]", "@bool[4]"), c(f, "@int32[4] 0..9", 5), c(f, "@uint8[4] 0..9", "@uint8[4] 0..9")]
CASES += [c("bitwise_left_shift", "@int64[N:4] 0..9", 2), c("bitwise_left_shift", "@int32[4] 0..9", "@int32[4] 0..4"), c("bitwise_right_shift", "@int64[N:4] -90..90", 2), c("bitwise_right_shift", "@int32[4] -90..90", "@int32[4] 0..4")]
CASES += [c("bitwise_not", "@int64[N:4] -9..9"), c("bitwise_not", "@bool[4]"), c("bitwise_not", "@uint8[4]")]
for f in ["logical_and", "logical_or", "logical_xor"]:
    CASES += [c(f, "@bool[N:2,3]", "@bool[3]"), c(f, "@int64[N:4] 0..2", "@float32[4] 0..2"), c(f, EDGES, "@bool[8]")]
CASES += [c("logical_not", EDGES), c("logical_not", "@int64[N:4] 0..2")]
for f in ["isnan", "isinf", "isfinite", "isposinf", "isneginf"]:
    CASES += [c(f, EDGES), c(f, "@float32[N:2,3]"), c(f, "@int64[3]"), c(f, "@float16[N:0]")]
CASES += [
    c("isclose", "@float32[N:2,3]", "@float32[3]"), c("isclose", vals([1.0, "inf", "nan", 1.0, "-inf"]), vals([1.000001, "inf", "nan", 1.1, "inf"])), c("isclose", vals([1.0, "inf", "nan"]), vals([1.000001, "inf", "nan"]), equal_nan=True), c("isclose", vals([1.0, 2.0]), vals([1.2, 2.2]), 0.11, 0.1), c("isclose", "@int64[4] 0..3", "@int64[4] 0..3"),
    c("heaviside", vals([-1.0, 0.0, 2.0, "nan", "-inf"]), vals([0.5])), c("heaviside", "@float32[N:2,3]", "@float32[3]"),
    c("where", "@bool[N:2,3]", "@float32[N:2,3]", "@float32[3]"), c("where", "@bool[N:2,1]", "@float32[3]", 0), c("where", "@bool[N:3]", fl(0.0), fl(-100.0)), c("where", "@bool[3]", 1, 0), c("where", "@bool[3]", "@int64[3]", fl(1.5)), c("where", "@bool[N:3]", fl("-inf"), "@float32[3]"), c("where", "@bool[3]", "@int64[3]", "@float32[3]"),
    c("where_method", "@float32[N:2,3]", "@bool[N:2,3]", fl(0.5), call="Tensor.where"), c("where_method", "@float32[N:2,3]", "@bool[3]", "@float32[]", call="Tensor.where"),
    c("clamp", "@float32[N:2,3]", -1, 1), c("clamp", "@float32[N:2,3]", min=fl(0.5)), c("clamp", "@float32[2,3]", max=fl(0.5)), c("clamp", "@int64[4] -5..5", -2, 2), c("clamp", "@int64[4] -5..5", fl(-1.5), 2), c("clamp", EDGES, -1, 1), c("clamp", "@float32[N:2,3]", "@float32[3]", "@float32[N:2,1]"), c("clamp", "@float32[3]", 1, -1),
    c("clamp_min", "@float32[N:2,3]", 0), c("clamp_min", EDGES, fl(0.5)), c("clamp_min", "@float32[N:2,3]", "@float32[3]"), c("clamp_max", "@float32[N:2,3]", 0), c("clamp_max", EDGES, fl(0.5)),
    c("masked_fill", "@float32[N:2,3]", "@bool[N:2,3]", fl("-inf")), c("masked_fill", "@float32[N:2,3]", "@bool[3]", 0), c("masked_fill", "@int64[N:2,3]", "@bool[N:2,1]", 7), c("masked_fill", "@float32[2,1]", "@bool[2,3]", 7, call="torch.masked_fill"), c("masked_fill", "@bool[4]", "@bool[4]", True), c("masked_fill", "@float16[4]", "@bool[4]", "@float16[]"),
]
