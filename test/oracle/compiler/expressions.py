"""What CPython says of plain expressions: the expected values of test/compiler/expressions.test.ts.

    python test/oracle/compiler/expressions.py > test/fixtures/compiler/expressions.json
"""
import json
import math

EXPRESSIONS = """
1 + 2 * 3 - 4 // 3 % 2
-7 // 2
-7 % 3
7 % -3
7 // -2
-7.5 // 2
7.5 % -2
2 ** 10
2 ** -1
(-2) ** 2
-2 ** 2
2 ** 3 ** 2
1 / 4
10 / 5
3 * 1.0
True + True
~5
6 & 3 | 8 ^ 1
1 << 5 >> 2
not 0
not [] and not ()
0 or "x"
1 and 2.5
[] or [1]
None or 3
1 < 2 < 3
1 < 3 < 2
1 == 1.0
"a" < "b"
[1, 2] == [1, 2]
(1, 2) < (1, 3)
3 in (1, 2, 3)
"el" in "hello"
4 not in [1, 2]
None is None
1 if 0 else 2
[1, 2] + [3]
(1,) + (2, 3)
[0] * 3
2 * (1, 2)
"ab" * 2
"a" + "b"
[1, 2, 3][-1]
[1, 2, 3, 4][1:3]
[1, 2, 3, 4][::-1]
(1, 2, 3)[:-1]
"hello"[1]
[[1, 2], [3, 4]][1][0]
[x * x for x in range(5)]
[x for x in range(10) if x % 3 == 1]
[(i, j) for i in range(2) for j in range(i + 1)]
[a + b for a, b in zip([1, 2], [10, 20])]
[i * x for i, x in enumerate([5, 6], 1)]
len([1, 2, 3])
len("abc")
list(range(3, 10, 3))
list(range(5, 0, -2))
list(reversed([1, 2, 3]))
sum([1, 2, 3])
sum([0.5, 1])
sum([[1], [2]], [])
min(3, 1, 2)
max([4, 9, 2])
max(1, 2.5)
abs(-3)
abs(-2.5)
int(3.9)
int(-3.9)
int("12")
float(3)
float("inf")
float("-inf")
float("1e-3")
bool([])
bool(0.1)
str(12)
round(2.5)
round(3.5)
round(2.675, 1)
divmod(17, 5)
pow(2, 5)
sorted([3, 1, 2])
sorted([3, 1, 2], reverse=True)
any([0, 1])
all([1, 0])
all([])
tuple([1, 2])
math.ceil(2.1)
math.floor(-2.1)
math.sqrt(2)
math.log(8, 2)
math.log2(8)
math.pi
math.prod([2, 3, 4])
math.gcd(12, 18)
f"layer{1 + 1}.{'x'}"
"{}-{}".format(1, "a")
"a.b.c".split(".")
"-".join(["x", "y"])
"Hello".lower()
"abc".startswith("ab")
"abc".replace("b", "x")
[1, 2, 3].index(2)
[1, 1, 2].count(1)
{"a": 1, "b": 2}["b"]
{"a": 1}.get("z", 5)
list({"a": 1, "b": 2}.keys())
[*range(3), 9]
(*[1, 2], 3)
(1)
(1,)
()
1e-5
1_000
0x10
.5
4.
1.0
1e16
float("nan")
-0.0
None
...
"it's"
[1, [2.0, "x"], (None, True)]
""".strip().split("\n")


def show(value):
    """Lists, tuples, numbers and strings; strings in double quotes, as JSON has them."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(map(show, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(show, value)) + ("," if len(value) == 1 else "") + ")"
    if value is Ellipsis:
        return "..."
    return repr(value)


print(json.dumps([[e, show(eval(e))] for e in EXPRESSIONS], ensure_ascii=False, indent=0))
