from ._case import *

CASES = []
for k, x, w in [(1, "@float32[N:2,4,L:7]", "@float32[6,4,3]"), (2, "@float32[N:2,4,H:6,5]", "@float32[6,4,3,2]"), (3, "@float32[N:1,2,4,H:5,3]", "@float32[3,2,2,3,2]")]:
    f = f"conv{k}d"
    CASES += [c(f, x, w), c(f, x, w, "@float32[%d]" % (3 if k == 3 else 6), 2, 1), c(f, x, w, padding="same"), c(f, x, w, padding="valid"), c(f, x, w, dilation=[2] + [1] * (k - 1), padding=2), c(f, x.replace("N:2,", "").replace("N:1,", ""), w)]
CASES += [
    c("conv1d", "@float32[N:2,4,L:7]", "@float32[6,2,2]", "@float32[6]", 1, 0, 1, 2), c("conv1d", "@float32[N:2,4,L:7]", "@float32[6,4,4]", padding="same", dilation=2), c("conv2d", "@float32[N:2,4,H:6,5]", "@float32[8,1,3,3]", None, [2, 1], [1, 0], 1, 4), c("conv2d", "@float32[N:2,4,H:6,5]T", "@float32[2,4,1,1]"), c("conv2d", "@float32[N:0,4,6,5]", "@float32[2,4,3,3]"), c("conv2d", "@float32[N:1,1,5,5]", "@float32[1,1,2,2]", padding="same"),
]
for k, x, w in [(1, "@float32[N:2,4,L:5]", "@float32[4,6,3]"), (2, "@float32[N:2,4,H:3,4]", "@float32[4,6,3,2]"), (3, "@float32[N:1,2,3,H:2,2]", "@float32[2,3,2,3,2]")]:
    f = f"conv_transpose{k}d"
    CASES += [c(f, x, w), c(f, x, w, "@float32[%d]" % (3 if k == 3 else 6), 2, 1), c(f, x, w, None, 2, 0, 1), c(f, x, w, stride=3, padding=1, output_padding=[2] + [0] * (k - 1), dilation=[1] * k), c(f, x, w, dilation=2), c(f, x.replace("N:2,", "").replace("N:1,", ""), w)]
CASES += [c("conv_transpose1d", "@float32[N:2,4,L:5]", "@float32[4,3,3]", "@float32[6]", groups=2), c("conv_transpose2d", "@float32[N:2,4,3,3]", "@float32[4,1,2,2]", groups=4, stride=2)]
P = "@float32[N:2,3,5,H:6]"
for mode in ["constant", "reflect", "replicate", "circular"]:
    CASES += [c("pad", P, [1, 2], mode) if mode == "constant" else c("pad", "@float32[N:2,3,5]", [1, 2], mode), c("pad", P, [1, 2, 2, 0], mode), c("pad", P, [0, 1, 0, 1], mode), c("pad", "@float32[N:2,3,4,4,4]", [1, 1, 2, 1, 0, 2], mode)]
CASES += [c("pad", P, [1, 2, 0, 0, 3, 1], "constant", 1.5), c("pad", P, [-1, -2]), c("pad", P, [-1, 2, 1, -3], value=7), c("pad", "@int64[N:2,3]", [1, 1]), c("pad", "@bool[N:2,3]", [1, 1], value=1), c("pad", P, [0, dim("A:2"), 0, dim("B:1")]), c("pad", "@float32[3,5]", [2, 2], "reflect"), c("pad", "@float32[N:2,3,5]", [-1, 2], "replicate"), c("pad", "@float32[N:2,3,5]", [2, -1], "reflect"), c("pad", "@float32[N:2,3,5]", [5, 5], "circular"), c("pad", P, []), c("pad", "@float32[N:0,3]", [1, 1])]
CASES += [
    c("unfold", "@float32[N:2,3,H:5,6]", 3), c("unfold", "@float32[N:2,3,H:5,6]", [2, 3], 1, [1, 0], 2), c("unfold", "@float32[N:2,3,6,6]", 2, 2), c("unfold", "@float32[3,5,6]", 2, stride=[2, 3]),
    c("fold", "@float32[N:2,12,20]", [5, 6], 2), c("fold", "@float32[N:2,12,6]", [4, 6], 2, 1, 0, 2), c("fold", "@float32[N:2,9,30]", [5, 6], 3, 1, 1, 1), c("fold", "@float32[8,9]", [5, 5], 2, 2), c("fold", vals(["inf"] + [1.0] * 15, shape=[1, 4, 4]), [3, 3], 2),
    c("unfold_dim", "@float32[N:2,7]", 1, 3, 2, call="Tensor.unfold"), c("unfold_dim", "@float32[6,N:2]", 0, 2, 2, call="Tensor.unfold"), c("unfold_dim", "@float32[L:6]", -1, 3, 1, call="Tensor.unfold"),
]
