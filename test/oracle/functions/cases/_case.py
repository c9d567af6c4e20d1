"""How cases are written: `c('softmax', '@float32[N:2,3]', 1)`. Names of rows are those of the op table."""


def c(row, *args, call=None, tol=None, random=False, symbolic=True, named=None, **kw):
    case = {"row": row, "args": list(args)}
    if kw or named:
        case["named"] = {**kw, **(named or {})}
    if call:
        case["call"] = call
    if tol:
        case["tol"] = tol
    if random:
        case["random"] = True
    if not symbolic:
        case["symbolic"] = False
    return case


def fl(x):
    """A Python float."""
    return {"float": x}


def dim(text):
    """A size that is a variable where only shapes are inferred: dim('N:2')."""
    return {"dim": text}


def vals(values, dtype="float32", shape=None):
    return {"values": values, "dtype": dtype, "shape": shape if shape is not None else [len(values)]}


def sl(start=None, stop=None, step=None):
    return {"slice": [start, stop, step]}


def ix(*items):
    return {"index": list(items)}


EDGE = vals(["nan", "inf", "-inf", 0.0, -0.0, 1e-30, -1e-30, 100.0, -100.0, 0.5, -0.5, 1.0, -1.0, 20.5, -20.5, 2.5])
EDGES = vals(["nan", "inf", "-inf", 0.0, 1.0, -1.0, 3.5, -2.5])
