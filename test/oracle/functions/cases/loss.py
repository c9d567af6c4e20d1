from ._case import *

X = "@float32[N:3,4]"
P = "@float32[N:3,4] 0.05..0.95"
CASES = []


def reductions(f, *a, **k):
    return [c(f, *a, **k), c(f, *a, reduction="sum", **k), c(f, *a, reduction="none", **k)]


for f in ["l1_loss", "mse_loss", "smooth_l1_loss", "huber_loss", "poisson_nll_loss"]:
    CASES += reductions(f, X, P) + [c(f, "@float32[N:3,4]T", X)]
CASES += reductions("mse_loss", X, P, weight="@float32[N:3,4] 0..1") + reductions("l1_loss", X, P, weight="@float32[N:3,4] 0..1") + reductions("huber_loss", X, P, weight="@float32[N:3,4] 0..1")
CASES += [c("mse_loss", X, P, size_average=False), c("mse_loss", X, P, reduce=False), c("mse_loss", "@float32[N:0]", "@float32[N:0]"), c("smooth_l1_loss", X, P, beta=0.3), c("smooth_l1_loss", X, P, beta=0.0), c("huber_loss", X, P, delta=0.7)]
CASES += reductions("binary_cross_entropy", P, P) + reductions("binary_cross_entropy", P, P, "@float32[N:3,4] 0..1") + [c("binary_cross_entropy", vals([0.0, 1.0, 0.0, 1.0]), vals([0.0, 1.0, 1.0, 0.0]), reduction="none")]
CASES += reductions("binary_cross_entropy_with_logits", X, P) + reductions("binary_cross_entropy_with_logits", X, P, "@float32[4] 0..1", pos_weight="@float32[4] 0.5..3") + [c("binary_cross_entropy_with_logits", vals([100.0, -100.0, 0.0, 1000.0]), vals([1.0, 1.0, 0.5, 0.0]), reduction="none")]
CASES += reductions("kl_div", X, P) + reductions("kl_div", X, X, log_target=True) + [c("kl_div", X, P, reduction="batchmean"), c("kl_div", vals([-1.0, -2.0]), vals([0.0, 1.0]), reduction="none")]
CASES += reductions("hinge_embedding_loss", X, vals([1.0, -1.0] * 6, shape=[3, 4]), symbolic=False) + [c("hinge_embedding_loss", X, vals([1.0, -1.0] * 6, shape=[3, 4]), 0.4, symbolic=False)]
Y = vals([1.0, -1.0, 1.0])
CASES += reductions("cosine_embedding_loss", X, P, Y, symbolic=False) + [c("cosine_embedding_loss", X, P, Y, 0.3, symbolic=False)]
CASES += reductions("margin_ranking_loss", "@float32[N:3]", "@float32[N:3]", Y, symbolic=False) + [c("margin_ranking_loss", "@float32[3]", "@float32[3]", Y, 0.5)]
C = "@int64[N:3] 0..4"
CASES += reductions("multi_margin_loss", X, C) + [c("multi_margin_loss", X, C, 2, 0.5, "@float32[4] 0..1"), c("multi_margin_loss", "@float32[4]", vals([2], "int64", [])), c("multi_margin_loss", X, C, weight="@float32[4] 0..1", reduction="none")]
ML = vals([3, 0, -1, 1, -1, 2, 2, 0, 1, 0, 2, 3], "int64", [3, 4])
CASES += reductions("multilabel_margin_loss", X, ML, symbolic=False) + [c("multilabel_margin_loss", "@float32[4]", vals([3, 0, -1, 1], "int64"))]
CASES += reductions("multilabel_soft_margin_loss", X, P) + [c("multilabel_soft_margin_loss", X, P, "@float32[4] 0..1")]
CASES += reductions("soft_margin_loss", X, vals([1.0, -1.0] * 6, shape=[3, 4]), symbolic=False)
CASES += [c("poisson_nll_loss", P, "@float32[N:3,4] 0..5", False), c("poisson_nll_loss", X, "@float32[N:3,4] 0..5", True, True), c("poisson_nll_loss", P, "@float32[N:3,4] 0..5", False, True, eps=1e-3)]
CASES += reductions("gaussian_nll_loss", X, P, "@float32[N:3,4] 0..2") + [c("gaussian_nll_loss", X, P, "@float32[N:3,1] 0.1..2", True), c("gaussian_nll_loss", X, P, "@float32[N:3] 0.1..2"), c("gaussian_nll_loss", X, P, "@float32[N:3,4] 0..0.5", eps=0.3)]
CASES += reductions("triplet_margin_loss", X, P, "@float32[N:3,4]") + [c("triplet_margin_loss", X, P, X, 0.5, 1.0, swap=True)]
for f in ["nll_loss", "cross_entropy"]:
    CASES += reductions(f, X, C) + reductions(f, X, C, "@float32[4] 0..1") + reductions(f, X, vals([1, -100, 3], "int64"), symbolic=False) + [c(f, X, C, ignore_index=2), c(f, "@float32[N:2,4,3]", "@int64[N:2,3] 0..4"), c(f, "@float32[N:2,4,2,3]", "@int64[N:2,2,3] 0..4", "@float32[4] 0..1", reduction="none"), c(f, "@float32[4]", vals([2], "int64", [])), c(f, X, vals([-100] * 3, "int64"), symbolic=False)]
CASES += [c("cross_entropy", X, C, label_smoothing=0.1), c("cross_entropy", X, C, "@float32[4] 0..1", label_smoothing=0.2), c("cross_entropy", X, C, "@float32[4] 0..1", label_smoothing=0.2, reduction="none"), c("cross_entropy", X, vals([1, -100, 3], "int64"), label_smoothing=0.2, symbolic=False), c("cross_entropy", X, P, label_smoothing=0.1), c("cross_entropy", "@float32[4]", "@float32[4] 0..1"), c("cross_entropy", "@float32[N:2,4,3]", "@float32[N:2,4,3] 0..1", "@float32[4] 0..1")] + reductions("cross_entropy", X, P) + reductions("cross_entropy", vals([1000.0, -1000.0, 0.0, "-inf"], shape=[2, 2]), vals([0, 0], "int64"))
T = [vals([1, 2, 2, 3, 1, 0], "int64", [2, 3]), vals([6, 5], "int64"), vals([3, 2], "int64")]
CASES += reductions("ctc_loss", "@float32[T:6,N:2,4] -5..0", *T) + [c("ctc_loss", "@float32[T:6,N:2,4] -5..0", vals([0, 2, 2, 3, 1, 0], "int64", [2, 3]), *T[1:], blank=1) if False else c("ctc_loss", "@float32[6,2,4] -5..0", vals([0, 2, 2, 3, 0, 0], "int64", [2, 3]), *T[1:], blank=1), c("ctc_loss", "@float32[2,2,4] -5..0", vals([1, 1, 2, 3, 1, 2], "int64", [2, 3]), vals([2, 2], "int64"), vals([3, 1], "int64"), reduction="none", zero_infinity=True), c("ctc_loss", "@float32[2,2,4] -5..0", vals([1, 1, 2, 3, 1, 2], "int64", [2, 3]), vals([2, 2], "int64"), vals([3, 0], "int64"), reduction="none")]
