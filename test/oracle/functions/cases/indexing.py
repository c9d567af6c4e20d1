from ._case import *

X = "@float32[N:4,3,5]"
I = "@int64[2] 0..3"
CASES = []
for items in [
    [0], [-1], [0, 1], [0, 1, 2], [sl(1, 3)], [sl(None, None, 2)], [sl(None, -1)], [sl(-2)], [sl(1, 100)], [sl(3, 1)], [sl(-100, 2)], ["ellipsis", 0], ["ellipsis", sl(1, None, 2)], [0, "ellipsis", sl(None, 2)], ["newaxis"], [sl(), "newaxis", 1], ["ellipsis", "newaxis"], ["newaxis", "ellipsis", 0, "newaxis"],
    [I], [sl(), I], ["ellipsis", I], [sl(), I, 0], [0, I], [I, 0], [I, sl(), I], [sl(), I, I], [I, I], [I, I, I], [0, sl(), I], [I, sl(1, 2), 0], [sl(), 1, I], [sl(), I, "newaxis"], [I, "newaxis", I], ["newaxis", I], [0, "newaxis", I],
    [vals([0, -1, -2], "int64")], [sl(), vals([0, -1, 2, 1], "int64", [2, 2])], [vals([0, 1], "int64", [2, 1]), vals([0, 1, 2], "int64")], [vals([1], "int64", []), "ellipsis"], [sl(), vals([0, 2], "int32")], [vals([], "int64")], 
    [sl(1, 2, 3), sl(None, None, 2), sl(-3, -1)], [sl(0, 0)],
]:
    CASES.append(c("getitem", X, ix(*items)))
CASES += [c("getitem", "@float32[T:6,3]", ix(sl(None, dim("S:4")))), c("getitem", "@float32[T:6,3]", ix(sl(dim("S:2"), None))), c("getitem", "@float32[3,N:2]T", ix(1)), c("getitem", "@int64[N:4]", ix(sl(1))), c("getitem", "@bool[N:4]", ix(I)), c("getitem", "@float32[]", ix("newaxis")), c("getitem", "@float32[]", ix("ellipsis"))]
for items, value in [([0], 1), ([sl(), 1], fl(2.5)), ([sl(1, 3)], "@float32[2,3,5]"), ([sl(), sl(), sl(None, None, 2)], "@float32[3]"), (["ellipsis", -1], "@float32[3]"), ([vals([0, 2], "int64")], "@float32[3,5]"), ([sl(), vals([0, 2], "int64"), 1], 0), ([0, 0, 0], "@float32[]")]:
    CASES.append(c("setitem", "@float32[N:4,3,5]", ix(*items), value, symbolic=items != [sl(1, 3)] or True))
CASES += [c("setitem", "@float32[N:2,3]", ix("@bool[N:2,3]"), 0), c("setitem", "@float32[N:2,3]", ix("@bool[N:2]"), fl(9.0)), c("setitem", "@int64[4]", ix(sl(None, 2)), fl(1.7)), c("setitem", "@float32[3,2]T", ix(1), 5)]
CASES += [
    c("gather", "@float32[N:3,4]", 1, "@int64[N:3,2] 0..4"), c("gather", "@float32[N:3,4]", 0, "@int64[2,4] 0..3"), c("gather", "@float32[3,2,4]", -1, "@int64[2,1,3] 0..4"), c("gather", "@int64[4]", 0, "@int64[6] 0..4"), c("gather", "@float32[N:3,4]T", 1, "@int64[N:3,4] 0..4"), c("gather", "@float32[N:3,4]", 1, "@int64[N:3,0]"),
    c("take_along_dim", "@float32[N:3,4]", "@int64[N:3,2] 0..4", 1), c("take_along_dim", "@float32[N:3,4]", "@int64[1,2] 0..4", 1), c("take_along_dim", "@float32[3,4]", "@int64[5] 0..12"),
    c("scatter", "@float32[N:3,4]", 1, vals([0, 1, 2, 3, 1, 0], "int64", [3, 2]), "@float32[3,2]"), c("scatter", "@float32[3,4]", 0, vals([0, 1, 2, 0], "int64", [1, 4]), "@float32[2,5]"), c("scatter_value", "@float32[N:3,4]", 1, vals([0, 3, 2], "int64", [3, 1]), fl(1.5), call="scatter"), c("scatter_value", "@int64[3,4]", 0, vals([0, 1, 2, 2], "int64", [1, 4]), 7, call="scatter"),
    c("scatter_add", "@float32[N:3,4]", 1, "@int64[N:3,6] 0..4", "@float32[N:3,6]"), c("scatter_add", "@float32[3]", 0, "@int64[9] 0..3", "@float32[9]"), c("scatter_add", "@int64[3,2]", 0, "@int64[4,2] 0..3", "@int64[4,2]"), c("scatter_add", "@float32[]", 0, vals([0], "int64", []), "@float32[]"),
    c("index_select", "@float32[N:3,4]", 1, "@int64[5] 0..4"), c("index_select", "@float32[N:3,4]", 0, "@int32[2] 0..3"), c("index_add", "@float32[3,N:4]", 0, "@int64[5] 0..3", "@float32[5,N:4]"), c("index_add", "@float32[N:4,3]", 1, "@int64[5] 0..3", "@float32[N:4,5]", alpha=2), c("index_copy", "@float32[3,N:4]", 0, vals([2, 0], "int64"), "@float32[2,N:4]"), c("index_fill", "@float32[3,N:4]", 0, vals([2, 0], "int64"), fl(1.5)),
    c("take", "@float32[N:3,4]", vals([0, -1, 5, 11], "int64", [2, 2])), c("narrow", X, 0, 1, 2), c("narrow", X, -1, dim("S:1"), 2), c("narrow", X, 1, -2, 2), c("select", X, 0, 1), c("select", X, -1, -1), c("select", X, 1, dim("S:2")),
]
for f in ["tril", "triu"]:
    CASES += [c(f, "@float32[N:3,4]"), c(f, "@float32[N:2,4,3]", 1), c(f, "@float32[3,3]", -1), c(f, "@bool[N:3,3]"), c(f, "@int64[3,3]", 2), c(f, vals(["nan", "inf", "-inf", "nan"], shape=[2, 2])), c(f, "@float32[3,N:3]", dim("D:1"))]
for f in ["sort", "argsort"]:
    CASES += [c(f, "@float32[N:2,5]"), c(f, "@float32[5,N:2]", 0), c(f, "@float32[N:2,5]", -1, True), c(f, "@int64[N:2,5] -9..9", 1), c(f, vals([2.0, "nan", 1.0, "inf", "-inf"])), c(f, vals([2.0, "nan", 1.0, "inf", "-inf"]), descending=True), c(f, "@float32[]"), c(f, "@float32[N:0]"), c(f, "@float32[5,N:2]T", 1)]
CASES += [c("sort", vals([2, 1, 2, 1, 2], "int64"), stable=True), c("argsort", vals([2, 1, 2, 1, 2], "int64"), stable=True, descending=True)]
CASES += [
    c("msort", "@float32[4,N:2]"), c("topk", "@float32[N:2,5]", 3), c("topk", "@float32[5,N:2]", 2, 0, False), c("topk", "@float32[N:2,5]", 5), c("topk", "@int64[7] -50..50", 2), c("topk", vals([1.0, "nan", 3.0, 2.0]), 2), c("topk", "@float32[4]", 0),
    c("kthvalue", "@float32[N:2,5]", 2), c("kthvalue", "@float32[5,N:2]", 5, 0, True), c("median", "@float32[N:2,3]"), c("median", "@float32[5]"), c("median", vals([1.0, "nan", 3.0])), c("median_dim", "@float32[N:2,5]", 1, call="median"), c("median_dim", "@float32[4,N:2]", 0, True, call="median"), c("median_dim", vals([1.0, "nan", 3.0, 2.0, 4.0, 6.0], shape=[2, 3]), 1, call="median"), c("median", "@int64[4] -9..9"),
]
for r in ["sum", "mean", "amax", "amin"]:
    CASES += [c("scatter_reduce", "@float32[N:3,4]", 1, "@int64[N:3,6] 0..4", "@float32[N:3,6]", r), c("scatter_reduce", "@float32[4,N:2]", 0, "@int64[5,N:2] 0..3", "@float32[7,N:2]", r, include_self=False), c("scatter_reduce", "@int64[5]", 0, "@int64[7] 0..4", "@int64[7] -9..9", r), c("scatter_reduce", vals([2.0, 1.0, "nan"]), 0, vals([0, 0, 1, 2, 1], "int64"), vals([3.0, "nan", 2.0, 1.0, 2.0]), r), c("scatter_reduce", vals([2.0, 2.0, 5.0]), 0, vals([0, 0, 1, 1], "int64"), vals([2.0, 2.0, 3.0, 3.0]), reduce=r, include_self=False), c("scatter_reduce", "@float32[]", 0, vals([0], "int64", []), "@float32[]", r)]
for r in ["mean", "amax", "amin"]:
    CASES += [c("index_reduce", "@float32[4,N:2]", 0, vals([0, 2, 0], "int64"), "@float32[3,N:2]", r), c("index_reduce", "@float32[N:2,4]", -1, vals([3, 3, 1], "int64"), "@float32[N:2,3]", r, include_self=False)]
CASES += [
    c("masked_scatter", "@float32[N:2,3]", vals([1, 0, 1], "bool"), "@float32[N:2,4]"), c("masked_scatter", vals([1.0, 2.0, 3.0]), vals([0, 1, 1], "bool"), vals([7.0, 8.0])), c("masked_scatter", "@int64[2,2]", vals([0, 0, 0, 1], "bool", [2, 2]), "@int64[3]"), c("masked_scatter", "@float32[3]", vals([0, 0, 0], "bool"), "@float32[0]"), c("masked_scatter", "@bool[N:2,3]", "@bool[N:2,3]", "@bool[N:2,3]"),
]
