from ._case import *

CASES = []
for f in ["relu", "relu6", "hardtanh", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "hardsigmoid", "hardswish", "softplus", "logsigmoid", "softsign", "tanhshrink", "softshrink", "hardshrink", "rrelu"]:
    CASES += [c(f, "@float32[N:2,3,4] -6..6"), c(f, "@float32[3,N:2]T"), c(f, vals([v for v in EDGE["values"] if v != "inf"]) if f == "gelu" else EDGE), c(f, "@float32[N:0]"), c(f, "@float16[6]"), c(f, "@bfloat16[6]"), c(f, "@float32[]")]
CASES += [
    c("relu", "@int64[N:4] -3..3"), c("hardtanh", "@float32[N:6]", -0.5, 2.0), c("leaky_relu", "@float32[N:6]", 0.2), c("elu", "@float32[N:6]", 0.5), c("celu", "@float32[N:6]", 0.5), c("gelu", "@float32[N:2,3] -6..6", approximate="tanh"), c("gelu", EDGE, approximate="tanh"), c("softplus", "@float32[N:6]", 2.0, 3.0), c("softplus", vals([-50.0, 19.0, 21.0, 0.0]), 1, 20), c("softshrink", "@float32[N:6]", 1.0), c("hardshrink", "@float32[N:6]", 1.0), c("threshold", "@float32[N:6]", fl(0.5), fl(-7)), c("threshold", EDGE, 1, 2), c("threshold", "@int64[4]", 1, 20), c("rrelu", "@float32[N:6]", 0.2, 0.4),
    c("prelu", "@float32[N:2,3,4]", "@float32[3]"), c("prelu", "@float32[N:2,3]", "@float32[1]"), c("prelu", "@float32[N:3]", "@float32[1]"), c("prelu", EDGES, "@float32[1]"), c("prelu", "@float32[]", "@float32[1]"),
    c("glu", "@float32[N:2,6]"), c("glu", "@float32[N:2,6,3]", 1), c("glu", "@float32[4,N:2]", 0),
    c("gumbel_softmax", "@float32[N:2,3]", random=True), c("gumbel_softmax", "@float32[N:2,3]", 0.5, True, dim=0, random=True),
    c("dropout", "@float32[N:2,3]", 0.5, False), c("dropout", "@float32[N:2,3]", 0.0), c("dropout", "@float32[N:2,3]", 1.0), c("dropout", "@float32[N:2,3]", random=True), c("alpha_dropout", "@float32[N:2,3]", 0.5), c("alpha_dropout", "@float32[N:2,3]", 0.0, True), c("alpha_dropout", "@float32[N:2,3]", 0.3, True, random=True), c("feature_alpha_dropout", "@float32[N:2,3,4]", 0.5), c("feature_alpha_dropout", "@float32[N:2,3,4]", 0.5, True, random=True),
    c("stochastic_depth", "@float32[N:2,3]", 0.5, "row", False), c("stochastic_depth", "@float32[N:2,3]", 0.0, "batch"), c("stochastic_depth", "@float32[N:2,3]", 0.5, "row", random=True),
]
for k in [1, 2, 3]:
    x = "@float32[N:2,3" + ",4" * k + "]"
    CASES += [c(f"dropout{k}d", x, 0.5, False), c(f"dropout{k}d", x, 0.0), c(f"dropout{k}d", x, random=True)]
