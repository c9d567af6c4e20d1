from ._case import *

CASES = []
NUMBERS = vals([1.5, -1.5, 0.0, 2.99, -0.99, 100.25])
for f in ["float", "double", "half", "bfloat16", "long", "int", "short", "char", "bool"]:
    CASES += [c(f, NUMBERS, call=f"Tensor.{f}"), c(f, "@int64[N:2,3] -100..100", call=f"Tensor.{f}"), c(f, "@bool[4]", call=f"Tensor.{f}"), c(f, "@float32[N:0]", call=f"Tensor.{f}")]
CASES += [c("byte", vals([1.5, 0.0, 2.99, 100.25]), call="Tensor.byte"), c("byte", "@int64[N:3] 0..300", call="Tensor.byte")]
CASES += [c("half", vals([65504.0, 65520.0, 1e-8, 6e-5, "nan", "inf"]), call="Tensor.half"), c("bfloat16", vals([3.14159, 1e-40, 3.4e38, "nan", "-inf"]), call="Tensor.bfloat16")]
for d in ["float32", "float64", "float16", "int64", "int32", "uint8", "bool"]:
    CASES.append(c("to", "@float32[N:2,3] 0..5", d, call="Tensor.to"))
CASES += [c("to_other", "@float32[N:2,3]", "@int64[1]", call="Tensor.to"), c("type_as", "@int64[N:2,3]", "@float16[1]", call="Tensor.type_as")]
