from ._case import *

CASES = []
SHAPES = ["@float32[N:2,3,4]", "@float32[4,3,N:2]T"]
for f in ["sum", "nansum", "mean", "nanmean", "var", "std", "amax", "amin", "any", "all"]:
    for x in SHAPES:
        CASES += [c(f, x), c(f, x, 1), c(f, x, dim=[-1, 0]), c(f, x, dim=[1], keepdim=True), c(f, x, dim=(1, 2), keepdim=True)]
    CASES += [c(f, "@float32[]"), c(f, "@float32[1]"), c(f, EDGES), c(f, vals([1.0, "nan", 2.0, 3.0], shape=[2, 2]), dim=1), c(f, "@float16[40] 0..30")]
    if f not in {"mean", "nanmean", "var", "std"}:
        CASES += [c(f, "@int64[N:2,3] -5..5", dim=[0]), c(f, "@bool[N:2,3]", dim=[1])]
    if f not in {"amax", "amin"}:
        CASES += [c(f, "@float32[N:0,3]", dim=[0]), c(f, "@float32[N:0]")]
CASES = [x for x in CASES if not (x["row"] in {"nanmean"} and x["args"][0] == "@float16[40] 0..30")]
CASES += [
    c("sum", "@int32[3] 0..9"), c("sum", "@uint8[3]"), c("sum", "@bool[5]"), c("sum", "@float32[N:2,3]", dtype="float64"), c("sum", "@int64[3]", dtype="float32"), c("sum", "@float32[2,3]", dim=[]), c("sum", "@bfloat16[50] 0..3"),
    c("mean", "@int64[N:3]", dtype="float32"), c("mean", "@float32[N:2,3]", -1, True),
    c("prod", "@float32[N:2,3]"), c("prod", "@int64[N:2,3] 1..4"), c("prod", "@bool[3]"), c("prod", "@float32[N:0]"), c("prod", "@float32[3]", dtype="float64"),
    c("prod_dim", "@float32[N:2,3,2]", 1, call="prod"), c("prod_dim", "@float32[N:2,3]", -1, True, call="prod"), c("prod_dim", "@int32[N:2,3] 1..4", 0, call="prod"),
    c("var_unbiased", "@float32[N:2,3]", False, call="var"), c("std_unbiased", "@float32[N:2,3]", False, call="std"), c("std_unbiased", "@float32[N:2,3]", True, call="std"),
    c("var", "@float32[N:2,3]", dim=[1], correction=0), c("var", "@float32[N:2,3]", [1], correction=2), c("var_dim", "@float32[N:2,3]", [1], unbiased=False, call="var"), c("var_dim", "@float32[N:2,3]", [1], True, True, call="var"), c("std_dim", "@float32[N:2,3]", [0], False, call="std"), c("var_mean_dim", "@float32[N:2,3]", [1], False, True, call="var_mean"), c("std_mean_dim", "@float32[N:2,3]", [1], False, call="std_mean"), c("std_dim", "@float32[N:2,3]", [0], True, call="std"), c("std", "@float32[N:2,3]", [0], correction=0, keepdim=True), c("var", vals([1e4 + 1, 1e4 + 2, 1e4 + 3, 1e4 + 4])),
    c("std", "@float32[N:2,1]", dim=[1]), c("var", "@float32[N:2,1]", dim=[1], correction=0),
    c("var_mean", "@float32[N:2,3]", [1]), c("var_mean", "@float32[N:2,3]", [1], correction=0, keepdim=True), c("std_mean", "@float32[N:2,3]", [1]), c("std_mean", "@float32[N:2,3]"),
    c("aminmax", "@float32[N:2,3]"), c("aminmax", "@float32[N:2,3]", dim=1, keepdim=True), c("aminmax", EDGES),
    c("argmax", "@float32[N:2,3]"), c("argmax", "@float32[N:2,3]", 1), c("argmax", "@float32[N:2,3]", -1, True), c("argmax", vals([1.0, 3.0, 3.0, 2.0])), c("argmax", EDGES), c("argmax", "@float32[2,3]", keepdim=True), c("argmax", "@int64[N:2,3]", 0),
    c("argmin", "@float32[N:2,3]"), c("argmin", "@float32[N:2,3]", 1), c("argmin", vals([1.0, -3.0, -3.0, 2.0])), c("argmin", EDGES), c("argmin", "@float32[]"),
    c("count_nonzero", "@int64[N:2,3] 0..2"), c("count_nonzero", "@int64[N:2,3] 0..2", dim=[1]), c("count_nonzero", EDGES),
    c("logsumexp", "@float32[N:2,3]", 1), c("logsumexp", "@float32[N:2,3]", [0, 1]), c("logsumexp", "@float32[N:2,3]", 1, True), c("logsumexp", vals(["-inf", "-inf", "inf", 0.0, 1000.0, 1000.0], shape=[3, 2]), 1), c("logsumexp", "@int64[N:2,3]", 1), c("logsumexp", "@float32[N:2,0]", 1), c("logsumexp", vals(["nan", 1.0]), 0), c("logsumexp", "@float32[]", 0),
    c("any", "@uint8[N:2,3] 0..2", dim=[1]), c("all", "@uint8[N:2,3] 0..2"), c("any", "@bool[N:0]"), c("all", "@bool[N:0]"), c("all", "@float32[N:2,0]", dim=[1]),
]
for f in ["max", "min"]:
    CASES += [c(f, x) for x in ["@float32[N:2,3]", EDGES, "@int64[N:2,3]", "@float32[]", "@bool[3]", vals([1.0, 2.0, "inf"])]]
    CASES += [c(f + "_dim", x, *a, call=f) for x, a in [("@float32[N:2,3]", (1,)), ("@float32[N:2,3]", (0, True)), ("@float32[3,N:2]T", (-1,)), (vals([1.0, "nan", 2.0, 5.0, 5.0, 1.0], shape=[2, 3]), (1,)), ("@int64[N:2,3]", (1,)), ("@float32[]", (0,)), ("@bool[N:2,3]", (1,))]]
    CASES += [c(f + "_other", "@float32[N:2,3]", "@float32[3]", call=f), c(f + "_other", "@int64[3]", "@float32[3]", call=f)]
for f in ["cumsum", "cumprod"]:
    CASES += [c(f, "@float32[N:2,3]", 1), c(f, "@float32[N:2,3]", -2), c(f, "@int32[N:2,3] -3..4", 0), c(f, "@bool[4]", 0), c(f, "@float32[3]", 0, dtype="float64"), c(f, "@float32[]", 0), c(f, "@float32[N:0,3]", 0), c(f, vals([1.0, "nan", 2.0, "inf"]), 0)]
CASES += [c("diff", "@float32[N:2,4]"), c("diff", "@float32[N:2,4]", 2), c("diff", "@int64[4,N:2]", 1, 0), c("diff", "@bool[4]"), c("diff", "@float32[N:2,3]", 1, -1, "@float32[N:2,1]", "@float32[N:2,2]")]
CASES += [c("searchsorted", vals([1.0, 3.0, 5.0, 7.0]), "@float32[N:2,3] 0..9"), c("searchsorted", vals([1.0, 3.0, 5.0]), vals([3.0, 5.0, 9.0, "nan"]), right=True), c("searchsorted", vals([1.0, 3.0, 5.0, 2.0, 4.0, 6.0], shape=[2, 3]), "@float32[2,4] 0..7"), c("searchsorted", vals([1, 3, 5], "int64"), "@int64[3] 0..7", side="right", out_int32=True)]
CASES += [c("bucketize", "@float32[N:2,3] 0..9", vals([1.0, 3.0, 5.0, 7.0])), c("bucketize", vals([1.0, 3.0]), vals([1.0, 3.0, 5.0]), right=True), c("bucketize", "@int64[4] 0..9", vals([1, 3, 5], "int64"), out_int32=True)]
CASES += [c("isin", "@int64[N:2,3] 0..5", vals([1, 3], "int64")), c("isin", "@float32[N:3]", "@float32[2,2]"), c("isin", vals([1.0, "nan", "inf"]), vals(["nan", "inf"])), c("isin", "@int64[N:4] 0..5", vals([1, 3], "int64"), invert=True)]
