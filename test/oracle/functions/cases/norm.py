from ._case import *

X = "@float32[N:2,4,3,H:3]"
V = ["@float32[4]", "@float32[4] 0.2..2"]
CASES = [
    c("batch_norm", X, *V), c("batch_norm", X, *V, "@float32[4]", "@float32[4]"), c("batch_norm", X, None, None, "@float32[4]", "@float32[4]", True), c("batch_norm", X, *V, None, None, True, 0.1, 1e-3), c("batch_norm", "@float32[N:3,4]", *V, "@float32[4]", "@float32[4]", False, 0.1, 1e-3), c("batch_norm", "@float32[N:2,4,5]", None, None, training=True), c("batch_norm", "@float32[N:2,4,3,3]T", *V), c("batch_norm", "@float32[N:0,4,3]", *V),
    c("layer_norm", "@float32[N:2,3,4]", [4]), c("layer_norm", "@float32[N:2,3,4]", [3, 4], "@float32[3,4]", "@float32[3,4]", 1e-3), c("layer_norm", "@float32[N:2,4]", [4], "@float32[4]"), c("layer_norm", "@float16[N:2,8]", [8], tol=2e-3), c("layer_norm", "@float32[N:0,4]", [4]), c("layer_norm", "@float32[N:2,3,4]T", [4], "@float32[4]", "@float32[4]"), c("layer_norm", vals([1.0, "nan", 2.0, "inf", 1.0, 1.0], shape=[3, 2]), [2]),
    c("rms_norm", "@float32[N:2,3,4]", [4]), c("rms_norm", "@float32[N:2,3,4]", [4], "@float32[4]", 1e-5), c("rms_norm", "@float32[N:2,3,4]", [3, 4]),
    c("group_norm", X, 2), c("group_norm", X, 4, "@float32[4]", "@float32[4]"), c("group_norm", "@float32[N:2,6]", 3), c("group_norm", "@float32[N:2,6,5]", 1, None, None, 1e-2),
    c("instance_norm", X), c("instance_norm", X, None, None, "@float32[4]", "@float32[4]"), c("instance_norm", X, *V, use_input_stats=False), c("instance_norm", "@float32[N:2,4,5]", eps=1e-2),
    c("local_response_norm", X, 3), c("local_response_norm", X, 2, 0.5, 0.6, 2.0), c("local_response_norm", "@float32[N:2,5,6]", 5),
    c("normalize", X), c("normalize", X, 1, -1), c("normalize", X, p=3.0, dim=2), c("normalize", vals([0.0, 0.0, 3.0, 4.0], shape=[2, 2])), c("normalize", X, fl("inf"), 1),
    c("norm", "@float32[N:2,3]"), c("norm", "@float32[N:2,3]", 1), c("norm", "@float32[N:2,3]", fl("inf"), 1), c("norm", "@float32[N:2,3]", fl("-inf"), 1), c("norm", "@float32[N:2,3]", 0), c("norm", "@float32[N:2,3]", 3, [0, 1], True), c("norm", "@float32[N:2,3]", dim=[1]), c("norm", "@float32[N:2,3]", fl(0.5), 1), c("norm", "@float32[2]", dtype="float64"), c("norm", EDGES),
    c("norm_preset", "@float32[N:2,3]", "fro", call="norm"), c("norm_preset", "@float32[N:2,3]", "fro", 1, True, call="norm"),
    c("vector_norm", "@float32[N:2,3]"), c("vector_norm", "@float32[N:2,3]", 1, [1], True), c("vector_norm", "@float32[N:0]"), c("dist", "@float32[N:2,3]", "@float32[3]"), c("dist", "@float32[3]", "@float32[3]", 1), c("renorm", "@float32[N:3,4]", 2, 0, 2), c("renorm", "@float32[N:3,4]", 1, 1, fl(1.5)),
]
for f in ["softmax", "log_softmax", "softmin"]:
    CASES += [c(f, "@float32[N:2,3]", 1), c(f, "@float32[N:2,3,4]", -2), c(f, "@float32[3,N:2]T", 0), c(f, "@float32[N:2,0]", 1), c(f, "@float32[]", 0), c(f, vals([1000.0, 1001.0, -1000.0, "-inf", "-inf", "-inf", "inf", 1.0, "nan", 0.0, 0.0, "-inf"], shape=[4, 3]), 1), c(f, "@float16[N:2,5]", 1), c(f, "@float32[N:2,1]", -1), c(f, "@float32[N:2,3]", 1, dtype="float64"), c(f, "@int64[N:2,3]", dim=1, dtype="float32"), c(f, "@float32[N:2,3,4]")]
CASES += [c("norm_except_dim", "@float32[N:4,3,2]"), c("norm_except_dim", "@float32[4,N:3]", 1, 1), c("norm_except_dim", "@float32[4,N:3]", 2, -1), c("norm_except_dim", "@float32[N:4]"), c("weight_norm", "@float32[N:4,3,2]", "@float32[N:4,1,1]", call="torch._weight_norm"), c("weight_norm", "@float32[4,3]", "@float32[1,3]", 1, call="torch._weight_norm"), c("weight_norm", "@float32[4,3]", "@float32[]", -1, call="torch._weight_norm")]
