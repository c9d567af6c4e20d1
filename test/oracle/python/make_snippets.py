"""Writes test/fixtures/python/snippets.json: our own snippets of the forward language, each with the tree that CPython's
`ast` makes of it (null where CPython refuses it) and the positions of its expressions.

    python make_snippets.py"""
import ast
import json
import pathlib
import re
import warnings

from canonical import Canonical

warnings.simplefilter("ignore")

EXPRESSIONS = r"""
x
_
self
x_1
été
ﬁx
match
case
type
print
async_
none
0
00
7
1_000
0x1F
0XfF_0
0o17
0b1_0
9007199254740991
1.
4.
.5
1.5
1.e-5
1e5
1E+5
1_0.0_1
1e1_0
0777.5
1e400
1.e5.real
x.real
1 .real
(1).real
1if x else 2
1 if x else-2
0x1for x
0777
1__0
1_
0x
0b12
12ab
1.5e
1.a
5j
True
False
None
...
()
(x)
((x))
(x,)
(x, y)
(x, y,)
x,
x, y
*x, y
(*x, y)
(*x.shape[:-1], h, d)
(*x)
[]
[x]
[x,]
[x, *y]
[[1, 2], [3]]
{}
{'a': 1}
{'a': 1, 'b': x,}
{a: b for a in c}
{1, 2}
{**a}
-x
+x
~x
not x
--x
-~+x
not not x
-x ** 2
-x ** -y
2 ** -1
2 ** 3 ** 4
(2 ** 3) ** 4
(-2) ** 2
a ** b.c[0](d)
not a or b
not (a or b)
not a == b
not a in b
a not in b
a is b
a is not b
a is (not b)
a or b or c
a or b and c or d
(a or b) or c
a or (b or c)
(a and b) and c
a and not b
a < b < c
(a < b) < c
a < (b < c)
a < b == c != d
a <= b >= c
a in b in c
a == -b
a | b ^ c & d
a << b >> c
a << b + c
a + b - c
a - (b - c)
a - b * c
(a - b) * c
a * b / c // d % e @ f
x @ y * z
x * y @ z
a / (b / c)
~a & b | c
a & b == c
a if b else c
a if b else c if d else e
(a if b else c) if d else e
a if (b if c else d) else e
a or b if c and d else not e
a if b else c, d
lambda: 0
lambda x, *y, z=1, **k: x + z
(y := 5)
f()
f(x)
f(x,)
f(x, y)
f(x, key=1)
f(x, key=1,)
f(*x)
f(*x, *y)
f(a, *x, key=y)
f(key=1, *x)
f(key=1, x)
f(key=1, key=2)
f(**k)
f((x, y))
f(a if b else c, k=a if b else c)
f(x for x in y)
f(x)(y)(z)
f(x).g(y).h
f (x) [y] . z
f(not x)
f(a == b)
f(a, b=c == d)
f(*a or b)
x.a.b.c
x.shape[0]
x[0]
x[-1]
x[a, b]
x[a,]
x[()]
x[(a, b)]
x[*a]
x[*a, 0]
x[:]
x[::]
x[1:]
x[:1]
x[1:2]
x[1:2:3]
x[::2]
x[:, 0]
x[0, :]
x[..., None]
x[:, None, 1:2, ::2]
x[a:b, c]
x[a + 1:]
x[-n:]
x[lambda: 0]
x[a if b else c:d]
x[i][j][k]
x[i, j][k](l)
x[]
[i for i in x]
[i * 2 for i in x if i]
[i for i in x if i if not j]
[i + j for i in x for j in y if i < j]
[(i, j) for i, j in x]
[i for i, in x]
[i for (i, j), k in x]
[i for *i, j in x]
[f(x) if x else y for x in z or w]
[i for i in (1, 2)]
[i for i in 1, 2]
[[j for j in i] for i in x]
[*i for i in x]
(i for i in x)
'a'
"a"
'a' 'b'
'a' "b" '''c'''
''
'it\'s'
"\n\t\\\x41\u00e9\U0001F600\101\0"
"\q\."
r"\n\'"
R'\d'
u'x'
b'x'
rb'x'
'\N{BULLET}'
"\x4"
'''a'b''c'''
"😀"
'a' 'b'.join(c)
'%d' % x
f''
f'a'
f'{x}'
f'layer{i + 1}'
f"{x}{y}"
f'a{x!r}b{y!s:>{w}}'
f'{x:.2f}'
f'{x:{a}.{b}}'
f'{{x}}'
f'{{{x}}}'
f'{x["a"]}'
f"{x['a']}"
f'{x if y else z}'
f'{a == b}'
f'{a != b}'
f'{a, b}'
f'{ {1: 2}[1] }'
f'{x[1:2]}'
f'{f"{x}"}'
'a' f'{x}' 'b'
f'a' 'b{c}'
rf'\{x}'
f'\{x}'
f'\t{x}'
f'{x=}'
f'{}'
f'{x'
f'x}'
f'{x!z}'
(a
 + b)
[1,
 2]  # comment
f(a,  # one
  b)
a + \
b
a +\
  b
a b
a +
+
(
)
(]
a =
a = b
a..b
a.1
a.if
a ? b : c
a && b
a || b
!a
a <> b
a ! b
$x
`x`
“x”
'abc
x y z
if
import
pass
yield x
await x
not
a not b
a is
1 +* 2
f(x
f(,)
[,]
(,)
f(a b)
x[1:2:3:4]
{1: 2, 3}
{1, 2: 3}
"""

BLOCKS = r"""
x = 1
---
x = y = 2
---
a, b = b, a
---
a, (b, c) = f(x)
---
[a, b] = x
---
(a, b), c = x
---
a, *b = x
---
*a, b = x
---
*a, = x
---
(a) = 1
---
a.b = 1
---
self.h = h
---
L[i] = v
---
x[:, 0] = v
---
a.b[c].d = e
---
x: int = 1
---
x: Tensor = a, b
---
self.x: int = 1
---
x: int
---
a, b: int = 1
---
x = *a, b
---
x = yield
---
x += 1
---
x -= 1; y *= 2
---
x /= 1; x //= 2; x %= 3; x **= 4; x @= y; x &= 5; x |= 6; x ^= 7; x <<= 8; x >>= 9
---
x[m] += v
---
a, b += 1
---
f(x) = 1
---
1 = x
---
a + b = c
---
None = 1
---
return
---
return x
---
return x, y
---
return *x, y
---
return (x, y)
---
return {'a': x, 'b': y}
---
return (
    x
    + y
)
---
pass
---
pass; pass;
---
; pass
---
break
---
continue
---
del x
---
del x, y
---
del (x)
---
del x[0]
---
del x.a
---
assert x
---
assert x == y, 'message'
---
assert (x, 'message')
---
"docstring"
return x
---
'''doc
string'''
return x
---
f(x)
---
L.append(x)
---
# only a comment
return x
---
x = 1  # trailing
# between
y = 2

# at the end
---
if a:
    b
---
if a:
    b
else:
    c
---
if a:
    b
elif c:
    d
elif e:
    f
else:
    g
---
if a:
    b
else:
    if c:
        d
---
if a: b
else: c
---
if a: b; c
---
if a:
    if b:
        c
    else:
        d
else:
    e
---
if (a and
        b):
    c
---
if a:
    b

    # comment
    c
# outer comment
d
---
if a:
    b
  # odd comment
    c
---
if a:
	b
	c
---
if a:
        b
	c
---
if a:
b
---
if a:
    b
  c
---
if a
    b
---
if a = b:
    c
---
if:
    b
---
else:
    b
---
x = 1
    y = 2
---
    x = 1
    y = 2
---
    x = 1
  y = 2
---
for i in x:
    y
---
for i in range(n): y = f(y)
---
for i, (a, b) in enumerate(zip(p, q)):
    y
---
for i in a, b:
    y
---
for i in *a, b:
    y
---
for x.y in z:
    pass
---
for x[0] in z:
    break
---
for i in x:
    if i:
        continue
    for j in y:
        z
k
---
for i in x:
    y
else:
    z
---
for i x:
    y
---
for f() in x:
    y
---
for i in :
    y
---
while x:
    y
---
while True:
    y
else:
    z
---
with a:
    b
---
with a as b, c as d:
    e
---
with (a as b):
    e
---
try:
    a
except ValueError as e:
    b
else:
    c
finally:
    d
---
try:
    a
---
raise ValueError('x')
---
raise
---
raise ValueError(f'{a} is not {b!r}') from error
---
if a:
    raise a.B
---
import torch
---
import torch.nn as nn, math
---
from torch import (a,
  b as c)
---
global x
---
nonlocal x, y
---
def g(a):
    return a
x = g(1)
---
class A:
    x = 1
y = 1
---
@decorator
def g():
    pass
---
async def g():
    pass
---
async for x in y:
    pass
---
print x
---
print 'x', y
---
print(x)
---
match = 1
match(x)
match[x]
match.x
---
match x:
    case 1:
        y
    case _:
        z
z = 1
---
match (x):
    case [a, b]:
        pass
---
yield x
---
await f(x)
---
x = (yield)
---
if (y := f(x)):
    z
---
x = lambda a: a
---
x = \
    1
---
x = 1 \
---
x = 1 \ y
---
x = (1,
2,
  3)
y = 4
---
x = [
    1,  # a

    2,
]
---
x = '''a
  b
c'''
y = 1
---
x = 'a' \
    'b'
---
x = (
    'a'
    'b'
)
---
x = y z
---
x = 1 y = 2
---
x = )
---
x = (1]
---
x = f(1
y = 2
---
x = 'abc
y = 2
---
return x return y
---
x = 1;
---
x == 1
---
x = y == z
---
x = y = z == w
---
b, c, h, w = x.shape
q, k, v = self.qkv(x).reshape(b, c, 3, -1).permute(2, 0, 3, 1).unbind(0)
attn = (q @ k.transpose(-2, -1)) * self.scale
x = (attn.softmax(dim=-1) @ v).transpose(1, 2).reshape(b, c, h, w)
return x + self.proj(x) if self.proj is not None else x
---
outs = []
for i, blk in enumerate(self.blocks):
    x = blk(x)
    if i in (2, 6):
        outs.append(x)
return tuple(outs)
"""

FUNCTIONS = r"""
def f(): pass
---
def f(x):
    return x
---
def f(x, y=1, *, z=2, w):
    return x
---
def f(self, x: Tensor, mask: Optional[Tensor] = None) -> Tuple[Tensor, "Tensor"]:
    '''doc'''
    return x, mask
---
def f(
    x,
    y,
):
    return x
def g(x): return f(x)
---
def f(x, *args, **kwargs):
    return x
---
def f(x, /, y):
    return x
---
def f(x=1, y):
    return x
---
def f(x, x):
    return x
---
def f(x:
    return x
---
def f(x)
    return x
---
def f x:
    return x
---
def (x):
    return x
---
def f(*):
    return x
---
def f(1):
    return x
---
def f(x):
return x
---
@decorated(1)
def f(x):
    return x
"""


def offset(text, line, column):
    """Offset in UTF-16 units of a position of CPython: line from 1, column in UTF-8 bytes."""
    lines = re.split(r"(?<=\n)", text)
    before = "".join(lines[: line - 1]) + lines[line - 1].encode()[:column].decode()
    return len(before.encode("utf-16-le")) // 2


def record(mode, text):
    prefix, source = "", text
    if mode == "expression":
        # As in brackets: line breaks mean nothing. The text in them is a tuple only if it has a comma.
        source = f"(\n{text}\n)"
        prefix = "(\n"
    elif mode == "block" and text[:1] == " ":
        source = "if 1:\n" + text
        prefix = "if 1:\n"
    made = Canonical()
    try:
        if mode == "expression":
            if "\n" not in text:
                ast.parse(text)  # what only the added brackets would make valid is not
            tree = made.expr(ast.parse(source, mode="eval").body)
        else:
            body = ast.parse(source).body
            if prefix:
                body = body[0].body
            tree = [made.function(n) for n in body] if mode == "functions" else made.block(body)
    except SyntaxError:
        return {"mode": mode, "text": text, "tree": None}
    found = {"mode": mode, "text": text, "tree": tree}
    if made.refused:
        return {**found, "tree": None, "refused": made.refused}
    ranges = []
    for a, b, c, d, name in made.ranges:
        start, end = offset(source, a, b) - len(prefix), offset(source, c, d) - len(prefix)
        if start >= 0 and end <= len(text.encode("utf-16-le")) // 2:
            ranges.append([start, end, name])
    return {**found, "ranges": ranges}


def expressions():
    """One a line, except where a line break is inside."""
    joined = re.sub(r"\\\n", "\\\\\x00", EXPRESSIONS.strip("\n"))
    for old in ["(a\n + b)", "[1,\n 2]  # comment", "f(a,  # one\n  b)"]:
        joined = joined.replace(old, old.replace("\n", "\x00"))
    return [line.replace("\x00", "\n") for line in joined.split("\n")]


def blocks(text):
    return [item.strip("\n") for item in text.strip("\n").split("\n---\n")]


cases = [record("expression", text) for text in expressions()]
cases += [record("block", text) for text in blocks(BLOCKS)]
cases += [record("functions", text) for text in blocks(FUNCTIONS)]
# Other line breaks, and no line break at the end.
cases += [record("block", t.replace("\n", b)) for t in blocks(BLOCKS) if t.startswith(("if a:", "x = '''")) for b in ["\r\n"]]
out = pathlib.Path(__file__).parents[2] / "fixtures" / "python" / "snippets.json"
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "snippets", sum(c["tree"] is not None for c in cases), "with a tree")
