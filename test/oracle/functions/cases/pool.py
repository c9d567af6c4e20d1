from ._case import *

CASES = []
for k, x in [(1, "@float32[N:2,3,L:8]"), (2, "@float32[N:2,3,H:7,8]"), (3, "@float32[N:1,2,4,H:5,6]")]:
    m, a = f"max_pool{k}d", f"avg_pool{k}d"
    CASES += [c(m, x, 2), c(m, x, 3, 2), c(m, x, 3, 2, 1), c(m, x, 2, 1, 0, 2), c(m, x, 3, 2, 1, ceil_mode=True), c(m, x, 2, 3, ceil_mode=True), c(m, x, [2] + [1] * (k - 1)), c(m, x.replace("N:2,", "").replace("N:1,", ""), 2)]
    CASES += [c(m + "_with_indices", x, 2, call=m, return_indices=True), c(m + "_with_indices", x, 3, 2, 1, call=m, return_indices=True), c(m + "_with_indices", x, 2, 1, 0, 2, call=m, return_indices=True), c(m + "_with_indices", x, 3, 2, 1, ceil_mode=True, call=m, return_indices=True)]
    CASES += [c(a, x, 2), c(a, x, 3, 2, 1), c(a, x, 3, 2, 1, True), c(a, x, 3, 2, 1, False, False), c(a, x, 3, 2, 1, True, False), c(a, x, 2, 3, ceil_mode=True), c(a, x, 3, 1, 1, count_include_pad=False)]
    if k > 1:
        CASES += [c(a, x, 2, divisor_override=3), c(a, x, 3, 2, 1, True, True, 5)]
    l = f"lp_pool{k}d"
    CASES += [c(l, x.replace("]", "] 0.1..3"), 2, 2), c(l, x.replace("]", "] 0.1..3"), fl(1.5), 3, 2), c(l, x, 2, 3, 2, True), c(l, x, 1, 2)]
    for f in [f"adaptive_avg_pool{k}d", f"adaptive_max_pool{k}d"]:
        CASES += [c(f, x, 1), c(f, x, 2), c(f, x, 3), c(f, x, [3] + [None] * (k - 1)) if k > 1 else c(f, x, 5), c(f, x, [4, 3, 5][:k]), c(f, x.replace("N:2,", "").replace("N:1,", ""), 2), c(f, x, 9)]
    CASES += [c(f"adaptive_max_pool{k}d_with_indices", x, o, call=f"adaptive_max_pool{k}d", return_indices=True) for o in [1, 3, [4, 3, 5][:k]]]
CASES += [
    c("max_pool2d", vals([1.0, "nan", 3.0, 4.0], shape=[1, 1, 2, 2]), 2), c("max_pool2d", vals(["-inf"] * 4, shape=[1, 1, 2, 2]), 2), c("max_pool2d", "@float32[N:2,3,7,8]T", 2), c("max_pool2d", "@float32[N:0,3,4,4]", 2), c("avg_pool2d", "@float16[N:1,2,4,4]", 2), c("avg_pool2d", "@float32[N:2,3,H:4,W:4]", [dim("H:4"), dim("W:4")]),
    c("max_unpool1d", "@float32[N:1,2,3]", vals([0, 3, 5, 1, 2, 4], "int64", [1, 2, 3]), 2), c("max_unpool2d", "@float32[N:1,1,2,2]", vals([0, 3, 9, 14], "int64", [1, 1, 2, 2]), 2), c("max_unpool2d", "@float32[1,1,2,2]", vals([0, 3, 9, 14], "int64", [1, 1, 2, 2]), 2, output_size=[5, 5]), c("max_unpool2d", "@float32[1,2,2]", vals([0, 3, 9, 14], "int64", [1, 2, 2]), 2, 2), c("max_unpool3d", "@float32[N:1,1,1,2,2]", vals([0, 3, 9, 14], "int64", [1, 1, 1, 2, 2]), [1, 2, 2]),
]
