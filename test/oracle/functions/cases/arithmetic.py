from ._case import *

CASES = []
PAIRS = [("@float32[N:2,3]", "@float32[N:2,3]"), ("@float32[N:2,1,3]", "@float32[4,1]"), ("@float32[N:2,3]", 2), ("@float32[3]", fl(2)), ("@float32[]", "@float32[N:2,2]"), ("@float32[3,N:2]T", "@float32[1,N:2]"), ("@float32[N:0,3]", "@float32[3]")]
PROMOTE = [("@int64[N:3] 1..6", 2), ("@int64[3] 1..6", fl(2.5)), ("@int64[3] 1..6", fl(2)), ("@int32[3] 1..6", "@int64[] 1..4"), ("@int32[3] 1..6", "@int64[3] 1..4"), ("@uint8[3] 1..6", "@int8[3] 1..4"), ("@float16[3] 1..4", "@float32[] 1..3"), ("@float16[3] 1..4", "@bfloat16[3] 1..3"), ("@int64[3] 1..5", "@float16[] 1..3"), ("@float32[3] 1..4", "@float64[3] 1..3"), ("@bfloat16[3] 1..4", 3)]
for f in ["add", "sub", "mul", "div", "floor_divide", "remainder", "fmod"]:
    for x, y in PAIRS + PROMOTE:
        CASES.append(c(f, x, y))
for f in ["add", "mul", "div"]:
    CASES += [c(f, "@bool[N:4]", 1), c(f, "@bool[4]", "@bool[4]"), c(f, "@bool[4]", "@int64[4] -3..3"), c(f, "@bool[4]", fl(0.5))]
CASES += [c("add", "@bool[4]", True)]
for f in ["floor_divide", "remainder", "fmod"]:
    CASES.append(c(f, vals([7, -7, 7, -7], "int64"), vals([3, 3, -3, -3], "int64")))
    CASES.append(c(f, vals([7.5, -7.5, 7.5, -7.5, "inf", "nan", 1.0, 0.0]), vals([2.0, 2.0, -2.0, -2.0, 2.0, 1.0, "inf", 3.0])))
for f in ["add", "sub", "mul", "div"]:
    CASES.append(c(f, EDGES, vals([1.0, "inf", "-inf", 0.0, 0.0, "nan", 2.0, -2.0])))
CASES += [
    c("add", "@float32[N:2,3]", "@float32[3]", alpha=2), c("sub", "@float32[2,3]", 1, alpha=fl(0.5)), c("rsub", "@float32[N:2,3]", 1), c("rsub", "@int64[2,3]", "@int64[3]", alpha=3),
    c("div", "@float32[N:2,3]", "@float32[3] 1..2", rounding_mode="floor"), c("div", "@float32[2,3]", "@float32[3] 1..2", rounding_mode="trunc"),
    c("div", vals([7, -7, 7, -7], "int64"), vals([3, 3, -3, -3], "int64"), rounding_mode="trunc"), c("div", vals([7, -7, 7, -7], "int64"), 2, rounding_mode="floor"),
]
for e in [0, 1, 2, 3, fl(0.5), fl(-0.5), -1, -2, fl(2.5), fl(2)]:
    CASES.append(c("pow", "@float32[N:2,3] 0.1..3", e))
CASES += [
    c("pow", "@int64[N:4] -4..5", 2), c("pow", "@int64[4] -4..5", 3), c("pow", "@int64[4] 0..5", fl(0.5)), c("pow", "@float32[N:2,3] 0.1..2", "@float32[3]"), c("pow", 2, "@float32[N:2,3]"), c("pow", 2, "@int64[3] 0..5"), c("pow", fl(2.5), "@int64[3] 0..5"), c("pow", "@int64[3] 1..4", "@int64[3] 0..4"),
    c("pow", EDGES, 2), c("pow", EDGES, fl(0.5)), c("pow", EDGES, 0), c("pow", vals([-2.0, -8.0]), fl(0.5)), c("pow", "@bool[3]", 2), c("pow", "@float16[4] 0.1..3", 2),
    c("float_power", "@float32[N:3] 0.1..3", 2), c("float_power", "@int64[3] 1..5", fl(-0.5)),
    c("atan2", "@float32[N:2,3]", "@float32[3]"), c("atan2", vals([0.0, -0.0, 1.0, 0.0, "inf"]), vals([-1.0, -1.0, 0.0, 0.0, "inf"])), c("atan2", "@int64[3]", "@int64[3] 1..4"),
    c("hypot", "@float32[N:2,3]", "@float32[3]"), c("hypot", vals([1e30, 0.0, "inf", "nan", 3.0]), vals([1e30, 0.0, 1.0, 1.0, "-inf"])),
    c("logaddexp", "@float32[N:2,3]", "@float32[3]"), c("logaddexp", vals(["-inf", "inf", 1000.0, "-inf", 0.0]), vals(["-inf", "inf", 1000.0, 1.0, "nan"])),
    c("xlogy", "@float32[N:2,3] 0..2", "@float32[3] 0.1..3"), c("xlogy", vals([0.0, 0.0, 1.0, 0.0]), vals([0.0, "nan", 0.0, -1.0])), c("xlogy", "@int64[3] 0..3", 2),
    c("lerp", "@float32[N:2,3]", "@float32[N:2,3]", fl(0.25)), c("lerp", "@float32[2,3]", "@float32[2,3]", fl(0.75)), c("lerp", "@float32[N:2,3]", "@float32[3]", "@float32[N:2,1] 0..1"),
    c("addcmul", "@float32[N:2,3]", "@float32[N:2,1]", "@float32[3]"), c("addcmul", "@float32[2,3]", "@float32[2,1]", "@float32[3]", value=fl(0.5)),
    c("addcdiv", "@float32[N:2,3]", "@float32[N:2,1]", "@float32[3] 1..2"), c("addcdiv", "@float32[2,3]", "@float32[2,1]", "@float32[3] 1..2", value=-2),
]
for f in ["maximum", "minimum", "fmax", "fmin"]:
    CASES += [c(f, "@float32[N:2,3]", "@float32[3]"), c(f, EDGES, vals([1.0, "nan", 0.0, "nan", 2.0, -2.0, "inf", "-inf"])), c(f, "@int64[3]", "@int32[3]"), c(f, "@bool[4]", "@bool[4]")]
CASES += [c("copysign", "@float32[N:2,3]", "@float32[3]"), c("copysign", EDGES, vals([1.0, -1.0, -0.0, 0.0, "-inf", -2.0, -0.0, "inf"])), c("copysign", "@int64[3]", fl(-2.5)), c("signbit", EDGE), c("signbit", "@int64[N:3]"), c("signbit", "@bool[3]")]
