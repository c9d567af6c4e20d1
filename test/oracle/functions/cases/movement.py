from ._case import *

X = "@float32[N:2,3,4]"
XT = "@float32[4,3,N:2]T"
CASES = [
    c("reshape", X, 6, 4, symbolic=False, call="Tensor.reshape"), c("reshape", X, [dim("N:2"), -1]), c("reshape", XT, [-1]), c("reshape", X, [-1, 3, 2, 2]), c("reshape", "@float32[N:0,3]", [3, dim("N:0")]), c("reshape", "@float32[]", [1, 1]), c("reshape", X, [-1, 12]),
    c("view", X, dim("N:2"), 12), c("view", X, dim("N:2"), 2, -1, 2), c("view", X, [-1]),
    c("view_as", X, "@float32[N:2,12]"),
    c("flatten", X), c("flatten", X, 1), c("flatten", XT, 0, 1), c("flatten", "@float32[]"), c("flatten", X, -2, -1), c("ravel", XT),
    c("unflatten", X, 1, [3, 1]), c("unflatten", X, -1, [2, -1]), c("unflatten", "@float32[N:6,2]", 0, [-1, 3]),
    c("squeeze", "@float32[N:2,1,3,1]"), c("squeeze", "@float32[N:2,1,3,1]", 1), c("squeeze", "@float32[N:2,1,3,1]", -2), c("squeeze", "@float32[N:2,1,3,1]", [1, 3]), c("squeeze", "@float32[1]"), c("squeeze", "@float32[]"),
    c("unsqueeze", X, 0), c("unsqueeze", X, -1), c("unsqueeze", "@float32[]", 0),
    c("transpose", X, 0, 1), c("transpose", X, -1, -2), c("transpose", "@float32[]", 0, -1), c("permute", X, 2, 0, 1), c("permute", X, 0, -1, 1), c("movedim", X, 0, 2), c("movedim", X, [0, 1], [-1, 0]),
    c("t", "@float32[N:2,3]"), c("t", "@float32[3]"), c("mT", X, call="Tensor.mT"), c("T", "@float32[N:2,3]", call="Tensor.T"), c("T", X, call="Tensor.T"),
    c("expand", "@float32[3,1]", dim("N:2"), 3, 4), c("expand", "@float32[N:2,1]", -1, 4), c("expand", "@float32[1,3]", [dim("N:0"), 3]), c("expand", "@float32[]", 2, 2),
    c("expand_as", "@float32[3,1]", X), c("broadcast_to", "@float32[3,1]", [dim("N:2"), 3, 4]), c("broadcast_tensors", "@float32[N:2,1]", "@float32[3]", "@float32[]"),
    c("repeat", X, 2, 1, 3), c("repeat", "@float32[N:2,3]", 2, 1, 1), c("repeat", "@float32[3]", dim("N:2"), 2), c("repeat", "@float32[N:2,3]", 0, 1), c("tile", X, 2, 2), c("tile", "@float32[3]", 2, 2), c("tile", X, 1, 2, 1),
    c("repeat_interleave", X, 2, 1), c("repeat_interleave", X, 3, -1), c("repeat_interleave", "@float32[N:2,3]", 2), c("repeat_interleave", "@float32[N:2,3]", dim("R:2"), 0),
    c("flip", X, 0), c("flip", X, [0, 2], call="torch.flip"), c("flip", XT, [-1], call="torch.flip"), c("flip", "@float32[N:0,2]", 0), c("fliplr", X), c("flipud", X),
    c("rot90", X), c("rot90", X, 2), c("rot90", X, -1, [1, 2]), c("rot90", X, 0),
    c("roll", X, 1), c("roll", X, 1, 1), c("roll", X, [1, -1], [0, 2]), c("roll", X, -5, 2), c("roll", "@float32[N:3,4]", 2, 0), c("roll", X, 0, 1), c("roll", "@float32[N:0,4]", 1, 0),
    c("diagonal", "@float32[N:3,3]"), c("diagonal", "@float32[3,N:4]", 1), c("diagonal", "@float32[N:2,3,4]", -1, 1, 2), c("diagonal", "@float32[N:2,3,4]", 0, -1, 0), c("diagonal", "@float32[2,2]", 5), c("diagonal", vals([1.0, "nan", "inf", 4.0], shape=[2, 2])), c("diagonal", "@bool[3,3]"),
    c("diag", "@float32[N:3]"), c("diag", "@float32[3]", 1), c("diag", "@float32[3]", -2), c("diag", "@float32[N:3,4]"), c("diag", "@float32[3,4]", -1), c("diag", "@int64[3]"), c("diag", "@bool[2]"),
    c("diag_embed", "@float32[N:2,3]"), c("diag_embed", "@float32[N:2,3]", 1), c("diag_embed", "@float32[N:2,3]", 0, 0, 2), c("trace", "@float32[3,4]"), c("trace", "@int64[3,3]"),
    c("contiguous", XT), c("clone", XT), c("detach", X), c("atleast_1d", "@float32[]"), c("atleast_1d", X),
    c("cat", ["@float32[N:2,3]", "@float32[N:2,2]"], 1), c("cat", ["@float32[N:2,3]", "@float32[M:1,3]", "@float32[0,3]"]), c("cat", ["@float32[N:2,3]", "@int64[N:2,2]"], -1), c("cat", ["@float32[0]", "@float32[N:2,3]"], 1), c("cat", ["@float32[N:2,3]T", "@float32[N:2,1]"], dim=1), c("cat", ["@int64[2]", "@bool[2]"]),
    c("stack", ["@float32[N:2,3]", "@float32[N:2,3]"]), c("stack", ["@float32[N:2,3]", "@float32[N:2,3]"], -1), c("stack", ["@float32[]", "@float32[]"]), c("stack", ["@float32[N:2,3]", "@int64[N:2,3]"], 1),
    c("hstack", ["@float32[N:2,3]", "@float32[N:2,2]"]), c("hstack", ["@float32[3]", "@float32[N:2]"]), c("hstack", ["@float32[]", "@float32[]"]), c("vstack", ["@float32[N:2,3]", "@float32[3]"]), c("vstack", ["@float32[3]", "@float32[3]"]), c("vstack", ["@float32[]", "@float32[]"]), c("dstack", ["@float32[N:2,3]", "@float32[N:2,3]"]), c("dstack", ["@float32[3]", "@float32[3]"]), c("dstack", ["@float32[]", "@float32[]"]),
    c("split", "@float32[5,N:2]", 2), c("split", "@float32[N:2,6]", 3, 1), c("split", "@float32[N:2,6]", 9, -1), c("split", "@float32[0,N:2]", 2), c("split_sizes", "@float32[N:2,6]", [1, 2, 3], 1, call="split"), c("split_sizes", "@float32[4,N:2]", [4, 0], call="split"),
    c("tensor_split_at", "@float32[N:2,6]", [1, 4], 1, call="tensor_split"), c("tensor_split_at", "@float32[N:2,6]", [-2], 1, call="tensor_split"), c("tensor_split", "@float32[7,N:2]", 3), c("tensor_split", "@float32[2,N:2]", 3), c("tensor_split_at", "@float32[4,2]", [3, 1, 9], call="tensor_split"),
    c("chunk", "@float32[N:2,6]", 2, 1), c("chunk", "@float32[5,N:2]", 3), c("chunk", "@float32[N:2,6]", 4, -1), c("chunk", "@float32[0,2]", 2), c("chunk", "@float32[C:6,2]", 3),
    c("unbind", X, 1), c("unbind", "@float32[3,N:2]"), c("unbind", X, -1),
    c("meshgrid", "@float32[N:2]", "@float32[3]"), c("meshgrid", "@float32[N:2]", "@float32[3]", "@float32[4]", indexing="xy"), c("meshgrid", "@float32[2]", "@float32[3]", indexing="ij"), c("meshgrid", "@float32[N:2]", indexing="xy"),
    c("cartesian_prod", "@float32[N:2]", "@float32[3]"), c("cartesian_prod", "@float32[N:2]"), c("cartesian_prod", "@int64[2]", "@int64[3]", "@int64[2]"),
]
CASES += [c("column_stack", ["@float32[N:2]", "@float32[N:2,3]"]), c("column_stack", ["@float32[]", "@float32[]"])]
