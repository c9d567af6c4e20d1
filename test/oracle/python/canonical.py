"""CPython's `ast` as nested lists, in the form of test/python/canonical.ts. What the forward language leaves out becomes
["Refused", type]; such a tree is compared with nothing, its text must give a diagnostic."""
import ast
import math

BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}
UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}
COMPARE = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}


class Canonical:
    def __init__(self):
        self.refused = []
        self.ranges = []

    def refuse(self, node, what=None):
        self.refused.append(what or type(node).__name__)
        return ["Refused", self.refused[-1]]

    def expr(self, n):
        if n is None:
            return None
        self.ranges.append((n.lineno, n.col_offset, n.end_lineno, n.end_col_offset, "ListComp" if isinstance(n, (ast.GeneratorExp, ast.DictComp)) else type(n).__name__))
        match n:
            case ast.Name():
                return ["Name", n.id]
            case ast.Constant():
                return self.constant(n)
            case ast.JoinedStr():
                return ["JoinedStr", *[self.part(v) for v in n.values]]
            case ast.Tuple() | ast.List():
                return [type(n).__name__, *map(self.expr, n.elts)]
            case ast.Dict():
                if None in n.keys:
                    return self.refuse(n, "dict unpacking")
                return ["Dict", *[[self.expr(k), self.expr(v)] for k, v in zip(n.keys, n.values)]]
            case ast.UnaryOp():
                return ["Unary", UNARY[type(n.op)], self.expr(n.operand)]
            case ast.BinOp():
                return ["Binary", BINARY[type(n.op)], self.expr(n.left), self.expr(n.right)]
            case ast.BoolOp():
                return ["BoolOp", "and" if isinstance(n.op, ast.And) else "or", *map(self.expr, n.values)]
            case ast.Compare():
                ops = [COMPARE[type(o)] for o in n.ops]
                return ["Compare", self.expr(n.left), *ops, *map(self.expr, n.comparators)]
            case ast.IfExp():
                return ["IfExp", self.expr(n.test), self.expr(n.body), self.expr(n.orelse)]
            case ast.Attribute():
                return ["Attribute", self.expr(n.value), n.attr]
            case ast.Subscript():
                return ["Subscript", self.expr(n.value), self.expr(n.slice)]
            case ast.Slice():
                return ["Slice", self.expr(n.lower), self.expr(n.upper), self.expr(n.step)]
            case ast.Call():
                if any(k.arg is None for k in n.keywords):
                    return self.refuse(n, "kwargs in call")
                keywords = [[k.arg, self.expr(k.value)] for k in n.keywords]
                return ["Call", self.expr(n.func), [self.expr(a) for a in n.args], keywords]
            case ast.Starred():
                return ["Starred", self.expr(n.value)]
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
                if any(g.is_async for g in n.generators):
                    return self.refuse(n, "async comprehension")
                clauses = [[self.expr(g.target), self.expr(g.iter), *map(self.expr, g.ifs)] for g in n.generators]
                if isinstance(n, ast.DictComp):
                    return ["DictComp", self.expr(n.key), self.expr(n.value), *clauses]
                return ["ListComp", self.expr(n.elt), *clauses]
        return self.refuse(n)

    def constant(self, n):
        value = n.value
        if value is None:
            return ["None"]
        if value is ...:
            return ["Ellipsis"]
        if isinstance(value, bool):
            return ["Bool", value]
        if isinstance(value, int):
            return ["Int", str(value)] if value < 2**53 else self.refuse(n, "large int")
        if isinstance(value, float):
            return ["Float", value if math.isfinite(value) else repr(value)]
        if isinstance(value, str):
            return ["Str", value]
        return self.refuse(n, type(value).__name__)

    def part(self, n):
        if isinstance(n, ast.Constant):
            return n.value
        conversion = chr(n.conversion) if n.conversion != -1 else None
        saved = self.ranges  # CPython 3.11 has no exact positions inside an f-string
        self.ranges = []
        found = ["Format", self.expr(n.value), conversion, self.expr(n.format_spec)]
        self.ranges = saved
        return found

    def stmt(self, n):
        match n:
            case ast.Assign():
                return ["Assign", [self.expr(t) for t in n.targets], self.expr(n.value)]
            case ast.AnnAssign():
                if n.value is None:
                    return self.refuse(n, "bare annotation")
                return ["Assign", [self.expr(n.target)], self.expr(n.value)]
            case ast.AugAssign():
                return ["AugAssign", self.expr(n.target), BINARY[type(n.op)], self.expr(n.value)]
            case ast.Return():
                return ["Return", self.expr(n.value)]
            case ast.If():
                return ["If", self.expr(n.test), self.block(n.body), self.block(n.orelse)]
            case ast.For():
                if n.orelse:
                    return self.refuse(n, "for else")
                return ["For", self.expr(n.target), self.expr(n.iter), self.block(n.body)]
            case ast.Expr():
                return ["Expr", self.expr(n.value)]
            case ast.Assert():
                return ["Assert", self.expr(n.test), self.expr(n.msg)]
            case ast.Raise():
                return ["Raise", self.expr(n.exc)]
            case ast.Delete():
                if not all(isinstance(t, ast.Name) for t in n.targets):
                    return self.refuse(n, "del of other than names")
                return ["Delete", *map(self.expr, n.targets)]
            case ast.Pass() | ast.Break() | ast.Continue():
                return [type(n).__name__]
        return self.refuse(n)

    def block(self, body):
        return [self.stmt(n) for n in body]

    def function(self, n):
        a = n.args
        if isinstance(n, ast.AsyncFunctionDef):
            return self.refuse(n)
        if a.vararg or a.kwarg or a.posonlyargs:
            return self.refuse(n, "*args, **kwargs or /")
        if n.decorator_list:
            return self.refuse(n, "decorator")
        defaults = [None] * (len(a.args) - len(a.defaults)) + a.defaults
        params = [[p.arg, self.expr(p.annotation), self.expr(d), False] for p, d in zip(a.args, defaults)]
        params += [[p.arg, self.expr(p.annotation), self.expr(d), True] for p, d in zip(a.kwonlyargs, a.kw_defaults)]
        return ["Def", n.name, params, self.expr(n.returns), self.block(n.body)]
