from ._case import *

UNARY = ["exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "erfinv", "lgamma", "digamma", "sigmoid", "floor", "ceil", "trunc", "round", "neg", "positive", "abs", "sign", "square", "frac", "logit", "sinc", "deg2rad", "rad2deg", "nan_to_num"]
POSITIVE = {"log", "log2", "log10", "log1p", "sqrt", "rsqrt", "lgamma", "digamma"}
UNIT = {"asin", "acos", "atanh", "erfinv", "logit"}
LARGE = {"acosh"}
INT = [u for u in UNARY if u not in {"nan_to_num", "frac", "positive", "logit", "erfinv", "digamma", "lgamma", "acosh", "asin", "acos", "atanh", "sinc"}]
CASES = []
for u in UNARY:
    r = " 0.01..3" if u in POSITIVE else " 0.02..0.98" if u in UNIT else " 1..9" if u in LARGE else ""
    CASES.append(c(u, f"@float32[N:2,3,4]{r}"))
    CASES.append(c(u, f"@float32[3,N:2]T{r}"))
    CASES.append(c(u, EDGE, **({"tol": 1e-4} if u in {"sin", "cos", "tan", "digamma", "lgamma", "sinh", "cosh"} else {})))
    CASES.append(c(u, "@float32[N:0,3]"))
    CASES.append(c(u, f"@float32[]{r}"))
    if u not in {"nan_to_num"}:
        CASES.append(c(u, f"@float16[5]{r}"))
for u in INT:
    CASES.append(c(u, "@int64[N:3,2] 1..5"))
for u in ["abs", "neg", "sign", "square", "floor", "round", "trunc", "ceil", "exp", "sigmoid", "nan_to_num"]:
    CASES.append(c(u, "@int32[4] -5..5"))
CASES += [c(u, "@bool[4]") for u in ["exp", "square", "sign", "abs"] if u != "abs"]
CASES += [
    c("round", "@float32[6]", decimals=1), c("round", "@float32[4] -3000..3000", decimals=-2),
    c("round", vals([0.5, 1.5, 2.5, -0.5, -1.5])),
    c("logit", vals([0.0, 1.0, 0.5, -1.0, 2.0]), 0.1), c("logit", vals([0.0, 1.0, 0.5, -1.0, 2.0])),
    c("nan_to_num", EDGE, 1.0, 2.0, 3.0),
    c("digamma", vals([-0.5, -1.25, 0.25, 10.0, 50.0])), c("lgamma", vals([-0.5, -1.25, 0.25, 10.0, 50.0, 0.0, -1.0, -2.0])),
    c("erfinv", vals([-1.0, 1.0, 0.0, 0.999, -0.999, 1.5])),
]
