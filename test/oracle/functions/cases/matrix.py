"""Square matrices: determinants, inverses, systems, Cholesky factors; norms of torch.linalg; products of several matrices."""
from ._case import *

# Far from singular: large on the diagonal.
def square(*batch, n=3, dtype="float32", add=4.0):
    count = 1
    for d in batch:
        count *= d
    values = [[((i * 7 + j * 5 + k * 3) % 11 - 5) / 4 + (add if i == j else 0) for i in range(n) for j in range(n)] for k in range(count)]
    return vals([x for m in values for x in m], dtype, [*batch, n, n])


def definite(*batch, n=3, dtype="float32"):
    count = 1
    for d in batch:
        count *= d
    values = [[n + 1 + k if i == j else 1 / (1 + abs(i - j)) for i in range(n) for j in range(n)] for k in range(count)]
    return vals([x for m in values for x in m], dtype, [*batch, n, n])


TURNED = vals([0.0, 2.0, 1.0, 1.0, 0.0, 3.0, 0.0, 1.0, 0.0], shape=[3, 3])
SINGULAR = vals([1.0, 2.0, 2.0, 4.0], shape=[2, 2])
EMPTY = vals([], shape=[2, 0, 0])
CASES = []
for row in ["det", "slogdet", "logdet", "inverse", "linalg_inv"]:
    CASES += [c(row, square()), c(row, square(2, 2, n=4)), c(row, square(2, n=1, dtype="float64")), c(row, TURNED), c(row, square(n=6, dtype="float64"), tol=1e-6), c(row, EMPTY)]
CASES += [c("det", SINGULAR), c("slogdet", SINGULAR), c("logdet", SINGULAR), c("det", vals([0.0] * 9, shape=[3, 3])), c("det", "@float32[N:2,3,3]", tol=1e-4), c("inverse", "@float64[N:2,3,3]"), c("slogdet", "@float64[N:2,4,4]T"), c("det", vals(["nan", 1.0, 2.0, 3.0], shape=[2, 2]))]
for left in [True, False]:
    named = {"left": left}
    CASES += [c("linalg_solve", square(), "@float32[3,3]", named=named), c("linalg_solve", square(2, n=4), "@float32[4,4]", named=named), c("linalg_solve", square(n=4), "@float32[2,4,4]T", named=named)]
    for upper in [True, False]:
        CASES += [c("linalg_solve_triangular", square(), "@float32[3,3]", upper=upper, **named), c("linalg_solve_triangular", square(2, n=4, dtype="float64"), "@float64[4,4]", upper=upper, unitriangular=True, **named, tol=1e-5)]
CASES += [c("linalg_solve", square(), "@float32[3]"), c("linalg_solve", square(2, n=3), "@float32[2,3]"), c("linalg_solve", TURNED, "@float32[3,2]"), c("linalg_solve", square(), "@float32[3,0]")]
for upper in [False, True]:
    for row in ["cholesky", "linalg_cholesky"]:
        CASES += [c(row, definite(), upper=upper), c(row, definite(2, n=4, dtype="float64"), upper=upper)]
    CASES += [c("cholesky_solve", "@float32[3,2]", definite(), upper), c("cholesky_solve", "@float64[2,4,3]", definite(2, n=4, dtype="float64"), upper, tol=1e-6), c("cholesky_inverse", definite(), upper), c("cholesky_inverse", definite(2, n=4), upper, tol=2e-5)]
for n in [0, 1, 2, 3, 5, -1, -2]:
    CASES.append(c("matrix_power", square(2, add=2.0), n, tol=1e-4))
CASES += [c("matrix_power", "@int64[3,3]", 3)]

X, M = "@float32[N:2,3,4]", "@float32[N:3,4]"
CASES += [
    c("linalg_norm", X), c("linalg_norm", M, keepdim=True), c("linalg_norm", X, dim=-1, keepdim=True), c("linalg_norm", X, dim=[0, 2]), c("linalg_norm", X, fl(3.0), dim=1), c("linalg_norm", X, 1, -1), c("linalg_norm", X, fl("inf"), dim=[1]), c("linalg_norm", "@float32[N:5]", 2), c("linalg_norm", "@float32[N:5]", 0), c("linalg_norm", M, 1), c("linalg_norm", M, fl("-inf")), c("linalg_norm", X, -1, [0, 2], True), c("linalg_norm", X, fl("inf"), [2, 0]), c("linalg_norm", "@float16[N:2,3]"), c("linalg_norm", "@float32[N:2,3]", dtype="float64"), c("linalg_norm", "@float32[]"),
    c("linalg_norm_preset", M, "fro", call="linalg_norm"), c("linalg_norm_preset", X, "fro", dim=[-2, -1], keepdim=True, call="linalg_norm"),
    c("linalg_matrix_norm", X, 1), c("linalg_matrix_norm", X, -1, keepdim=True), c("linalg_matrix_norm", X, fl("inf"), dim=[0, 1]), c("linalg_matrix_norm", X, fl("-inf")),
    c("linalg_matrix_norm_preset", X, call="linalg_matrix_norm"), c("linalg_matrix_norm_preset", X, "fro", [0, 2], True, call="linalg_matrix_norm"),
    c("linalg_cross", "@float32[N:3,2,3]", "@float32[N:3,2,3]"), c("linalg_cross", "@float32[N:2,1,3]", "@float32[1,4,3]"), c("linalg_cross", "@float32[3,N:2]", "@float32[3,N:2]", dim=0),
    c("linalg_diagonal", X), c("linalg_diagonal", X, offset=1), c("linalg_diagonal", X, offset=-1, dim1=0, dim2=2),
    c("linalg_vecdot", X, X), c("linalg_vecdot", X, "@float32[4]"), c("linalg_vecdot", X, X, dim=1),
    c("linalg_multi_dot", ["@float32[N:2,3]", "@float32[3,4]", "@float32[4,2]"]), c("linalg_multi_dot", ["@float32[3]", "@float32[3,N:4]", "@float32[N:4]"]), c("linalg_multi_dot", ["@float32[N:2,3]", "@float32[3,4]"]),
    c("chain_matmul", "@float32[N:2,3]", "@float32[3,4]", "@float32[4,2]"),
    c("addbmm", "@float32[4,5]", "@float32[N:2,4,3]", "@float32[N:2,3,5]"), c("addbmm", "@float32[1]", "@float32[N:2,4,3]", "@float32[N:2,3,5]", beta=2, alpha=fl(0.5)),
    c("tensordot_axes", "@float32[N:2,3,4]", "@float32[4,3,5]", [[1, 2], [1, 0]], call="tensordot"), c("tensordot_axes", "@float32[N:2,3]", "@float32[3,5]", [[-1], [0]], call="tensordot"),
]
