"""Running extremes, integrals, quantiles, medians, histograms; torch.special."""
from ._case import *

CASES = []
TIES = vals([1.0, 3.0, 3.0, 2.0, "nan", 5.0, "nan", 7.0, "-inf", "inf"], shape=[2, 5])
for row in ["cummax", "cummin"]:
    CASES += [c(row, "@float32[N:2,7]", 1), c(row, "@float32[N:2,3,4]", 0), c(row, "@float32[5,2]T", -1), c(row, "@int64[9]", 0), c(row, "@bool[6]", 0), c(row, TIES, 1), c(row, TIES, 0), c(row, "@float32[]", 0), c(row, "@float32[2,0]", 1), c(row, "@float16[2,5]", 1), c(row, "@uint8[17]", 0)]
CASES += [c("logcumsumexp", "@float32[N:2,7]", 1), c("logcumsumexp", "@float32[5,3]", 0), c("logcumsumexp", "@float32[5,2]T", -1), c("logcumsumexp", vals(["-inf", "-inf", 1.0, 200.0, -200.0, 90.0, 90.0]), 0), c("logcumsumexp", vals([1.0, "inf", 2.0]), 0), c("logcumsumexp", vals([1.0, "nan", 2.0]), 0), c("logcumsumexp", "@float64[9]", 0), c("logcumsumexp", "@float32[]", 0), c("logcumsumexp", "@float32[0]", 0), c("logcumsumexp", "@bfloat16[5]", 0)]
CASES += [c("trapezoid", "@float32[N:2,5]"), c("trapezoid", "@float32[N:4,2]", dim=0), c("trapezoid", "@float32[N:2,5]", dx=fl(0.5)), c("trapezoid", "@float32[N:2,1]"), c("trapezoid_at", "@float32[N:2,5]", "@float32[5]", call="trapezoid"), c("trapezoid_at", "@float32[N:2,5]", "@float32[N:2,5]", call="trapezoid"), c("trapezoid_at", "@float32[4,N:2]", "@float32[4]", dim=0, call="trapezoid"), c("cumulative_trapezoid", "@float32[N:2,5]"), c("cumulative_trapezoid", "@float32[4,N:2]", dim=0, dx=2), c("cumulative_trapezoid_at", "@float32[N:2,5]", "@float32[5]", call="cumulative_trapezoid")]

HOLES = vals(["nan", 3.0, 1.0, 2.0, "nan", "nan", 5.0, "inf"], shape=[2, 4])
for row in ["quantile", "nanquantile"]:
    q = vals([0.0, 0.25, 0.5, 0.9, 1.0])
    CASES += [c(row, "@float32[3,7]", q, 1), c(row, "@float32[3,7]", q), c(row, "@float32[3,7]", q, 0, True), c(row, HOLES, q, 1), c(row, "@float64[5]", vals([0.3], "float64", []), keepdim=True), c(row, "@float32[]", q)]
    one = f"{row}_one"
    for mode in ["linear", "lower", "higher", "midpoint", "nearest"]:
        CASES.append(c(one, "@float32[3,6]", fl(0.3), 1, interpolation=mode, call=row))
    CASES += [c(one, "@float32[N:3,7]", fl(0.5), 1, call=row), c(one, "@float32[3,7]", 1, call=row), c(one, "@float32[3,7]", fl(0.75), dim=0, keepdim=True, call=row), c(one, HOLES, fl(0.5), -1, call=row)]
CASES += [c("nanmedian", "@float32[3,4]"), c("nanmedian", HOLES), c("nanmedian", "@int64[6]"), c("nanmedian", vals(["nan", "nan"]))]
CASES += [c("nanmedian_dim", "@float32[N:3,5]", 1, call="nanmedian"), c("nanmedian_dim", HOLES, 1, True, call="nanmedian"), c("nanmedian_dim", vals([2, 1, 3], "int64"), 0, call="nanmedian"), c("nanmedian_dim", "@float32[]", 0, call="nanmedian")]
CASES += [c("mode", vals([1, 2, 2, 3, 3, 1, 0, 0, 5, 5], "int64", [2, 5])), c("mode", vals([1.0, 2.0, 2.0, 3.0, 1.0]), 0, True), c("mode", vals([4, 4, 1, 1, 9, 1], "int64", [3, 2]), 0), c("mode", "@float32[]"), c("mode", vals([1, 0, 1], "bool"))]
CASES += [c("histc", "@float32[40]", 8, -2, 2), c("histc", "@float32[5,8]", bins=5), c("histc", "@float64[20]", 4, fl(-1.5), fl(1.5)), c("histc", vals([2.0, 2.0]), 3), c("histc", vals([]), 3), c("histc", vals(["nan", 1.0, "inf", -1.0, 0.5]), 4, -1, 1)]

WIDE = vals([-40.0, -12.0, -8.0, -3.0, -1.5, -1.0, -0.5, -1e-8, 0.0, 1e-8, 0.3, 0.9, 1.0, 1.9, 2.0, 2.1, 3.5, 7.9, 8.1, 15.0, 60.0, "inf", "-inf", "nan"])
for row in ["erfcx", "ndtr", "log_ndtr", "i0", "i0e", "i1", "i1e"]:
    # PyTorch's own gradient of log_ndtr at -inf is NaN, where its limit is infinite.
    wide = {**WIDE, "values": [x for x in WIDE["values"] if row != "log_ndtr" or x != "-inf"]}
    wide["shape"] = [len(wide["values"])]
    CASES += [c(row, wide), c(row, "@float64[12] -9..9", tol=1e-7), c(row, "@float32[N:3,2]"), c(row, "@int64[5]"), c(row, "@float32[]")]
CASES += [c("erfcx", "@float64[20] 0..12", tol=1e-9)]
CASES += [c("ndtri", vals([0.0, 1e-30, 1e-6, 0.02, 0.0999, 0.1, 0.5, 0.75, 0.999, 1.0, 1.5, -0.5, "nan"]), tol=2e-5), c("ndtri", "@float64[9] 0..1"), c("entr", vals([0.0, 0.5, 1.0, 2.0, -1.0, "inf", "nan"])), c("entr", "@float32[N:2,3] 0..2"), c("entr", "@int64[4] 0..4")]
CASES += [c("xlog1py", "@float32[N:2,3]", "@float32[3] 0..4"), c("xlog1py", vals([0.0, 0.0, 0.0, 1.0, 2.0]), vals([-1.0, "nan", "inf", -1.0, 0.0])), c("xlog1py", 2, "@float32[3] 0..4"), c("xlog1py", "@float32[3]", fl(0.5)), c("xlog1py", "@int64[3]", "@int64[3] 1..5")]
CASES += [c("logaddexp2", "@float32[N:2,3]", "@float32[3]"), c("logaddexp2", vals(["inf", "-inf", "-inf", "nan", 200.0]), vals(["inf", "-inf", 1.0, 1.0, 200.0]))]
CASES += [c("mvlgamma", "@float32[N:2,3] 2..6", 3), c("mvlgamma", "@float64[4] 1..5", 1), c("mvlgamma", "@int64[3] 3..6", 2)]
CASES += [c("median", vals([1.0, 2.0, 2.0, 3.0])), c("median", vals([2.0, "nan", "nan"])), c("nanmedian", vals([2.0, "nan", 2.0, 1.0, 2.0]))]
CASES += [c("lerp", vals([1.0, "inf", 2.0]), vals(["inf", 3.0, 2.0]), vals([0.25, 0.75, 0.5])), c("lerp", vals([1.0, 2.0], shape=[2, 1]), vals([3.0, 4.0, 5.0]), vals([0.1], shape=[1, 1, 1]))]
CASES += [c("ndtri", vals([-1e-30, 1e-6, 1.0000001]), tol=2e-5)]
