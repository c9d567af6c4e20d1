"""Parts of views replaced, blocks, splits by axis, reductions at places an index gives, tensors of a dtype's name."""
from ._case import *

CASES = []
for row in ["atleast_2d", "atleast_3d"]:
    CASES += [c(row, "@float32[]"), c(row, "@float32[N:3]"), c(row, "@int64[N:2,3]"), c(row, "@float32[N:2,3,4]"), c(row, "@bool[2,1,1,1]")]
CASES += [c("hsplit", "@float32[N:2,6]", 3), c("hsplit", "@float32[6]", 2), c("vsplit", "@float32[4,N:2]", 2), c("dsplit", "@float32[N:2,3,4]", 2), c("hsplit_at", "@float32[N:2,6]", [1, 4], call="hsplit"), c("vsplit_at", "@float32[4,N:2]", [1, 9], call="vsplit"), c("dsplit_at", "@float32[N:2,3,4]", [-1], call="dsplit")]
CASES += [c("block_diag", "@float32[N:2,3]", "@float32[2,M:2]"), c("block_diag", "@float32[3]", "@float32[]", "@int64[2,2]"), c("block_diag", "@float32[0,2]", "@float32[2,1]"), c("block_diag", "@bool[2,2]", "@bool[1,2]")]
CASES += [c("diagflat", "@float32[N:3]"), c("diagflat", "@float32[2,2]", 1), c("diagflat", "@int64[2]", -2)]
CASES += [c("select_scatter", "@float32[N:3,4]", "@float32[N:3]", 1, -1), c("select_scatter", "@float32[3,4]", "@float32[4]", 0, 1), c("slice_scatter", "@float32[N:4,5]", "@float32[N:4,2]", 1, 2, 4), c("slice_scatter", "@float32[6,2]", "@float32[3,2]", step=2), c("slice_scatter", "@float32[4,2]", "@float32[1,2]", start=-1), c("diagonal_scatter", "@float32[3,4]", "@float32[3]"), c("diagonal_scatter", "@float32[2,3,4]", "@float32[3,1]", -1, 0, 2)]
CASES += [c("sum_to_size", "@float32[N:2,3,4]", 3, 1), c("sum_to_size", "@float32[2,3]", 2, 3), c("sum_to_size", "@int64[2,3]", 1)]
CASES += [c("combinations", "@float32[4]"), c("combinations", "@int64[4]", 3), c("combinations", "@float32[3]", 2, True), c("combinations", "@float32[2]", 3)]
CASES += [c("cov", "@float32[N:3,5]"), c("cov", "@float32[5]"), c("cov", "@float32[3,5]", correction=0), c("cov", "@int64[2,4]"), c("corrcoef", "@float32[N:3,6]"), c("corrcoef", "@float32[4]")]

INDEX = vals([0, 1, 0, 2, 2, 1], "int64", [2, 3])
for self in [True, False]:
    named = {"include_self": self}
    CASES += [c("scatter_reduce", "@float32[3,4]", 0, INDEX, "@float32[2,3]", "prod", named=named), c("scatter_reduce", vals([0.0, 2.0, 3.0, 0.0]), 0, vals([0, 0, 1, 1, 2, 2], "int64"), vals([2.0, 3.0, 0.0, 5.0, 0.0, 0.0]), "prod", named=named), c("scatter_reduce", "@int64[4]", 0, vals([3, 3, 0], "int64"), "@int64[3]", "prod", named=named), c("index_reduce", "@float32[3,4]", 0, vals([2, 0, 2], "int64"), "@float32[3,4]", "prod", named=named)]
for how in ["add", "multiply"]:
    CASES += [c("scatter_reduced", "@float32[3,4]", 0, INDEX, "@float32[2,3]", call="Tensor.scatter", reduce=how), c("scatter_value_reduced", "@float32[3,4]", 0, INDEX, fl(2.5), call="Tensor.scatter", reduce=how)]

CASES += [c("FloatTensor", [1, 2, fl(2.5)]), c("FloatTensor", [[1, 2], [3, 4]]), c("DoubleTensor", [1, fl(0.1)]), c("LongTensor", [[3], [4]]), c("IntTensor", [3, 4]), c("BoolTensor", [True, False])]
CASES += [c(f"{name}_sized", dim("N:2"), 3, call=name, random=True) for name in ["FloatTensor", "DoubleTensor", "LongTensor", "IntTensor", "BoolTensor"]]
CASES += [c("new_tensor", "@float16[2]", [1, fl(2.5)]), c("new_tensor", "@int64[2]", [[1], [2]]), c("new_tensor", "@float32[2]", [1, 2], dtype="int64"), c("new_scalar_tensor", "@float64[2]", fl(2.5), call="new_tensor")]
# Sizes of 0, one row, negative amounts, integers: found by changing the arguments of the other cases.
CASES += [c("diff", "@int64[0,2]", 1, 0), c("diff", "@float32[0]"), c("diff", "@float32[2,1]", 2), c("cov", "@float32[1,4]"), c("corrcoef", "@float32[1,4]"), c("pad", "@float32[2,3,5,6]T", [-2, 1, 0, 1], "circular"), c("pad", "@float32[2,3,6]", [2, -1], "circular"), c("pad", "@float32[2,3,6]", [2, -1], "reflect"), c("cat", ["@int32[0]", "@bool[2,3]"], 1), c("cat", ["@int8[2]", "@int64[0]"]), c("einsum", "ij->", "@int32[2,3]"), c("einsum", "ijk->kj", "@bool[2,3,4]"), c("einsum", "b...d->b...", "@int16[2,3,4]T"), c("einsum", "ij->ji", "@int16[2,3]"), c("median_dim", "@float32[]", 0, True, call="median")]
CASES += [c(f"adaptive_{kind}_pool{k}d", f"@float32[2,3{',5' * k}]", 0) for kind in ["avg", "max"] for k in [1, 2, 3]] + [c("adaptive_max_pool2d_with_indices", "@float32[2,3,7,8]", [4, 0], return_indices=True), c("interpolate", "@float64[2,3,4,5]", scale_factor=fl(1.7), mode="bicubic", recompute_scale_factor=True, tol=1e-12), c("interpolate", "@float64[2,3,4,5]", scale_factor=fl(1.7), mode="bilinear", tol=1e-12), c("cumulative_trapezoid", "@float32[0,2]", dim=0)]
