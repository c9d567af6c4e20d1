import { describe, expect, test } from 'vitest'
import { assignedNames } from '../../compiler/parse/python/visit.ts'
import { forward, functions } from './parsed.ts'

/** Text, then code and marked text of its only diagnostic, then a word of its hint. */
const refused: [text: string, marked: string, hint: RegExp][] = [
  ['while x > 0:\n    x = x - 1', "python/while 'while x > 0'", /for over range.*where or masked_fill/],
  ['with torch.no_grad():\n    y = f(x)', "python/with 'with torch.no_grad()'", /take its body out/],
  ['try:\n    y = f(x)\nexcept E as e:\n    y = x', "python/try 'try'", /if on params/],
  ['f = lambda a: a + 1', "python/lambda 'lambda a: a + 1'", /functions:/],
  ['if (n := f(x)) > 1:\n    pass', "python/walrus 'n := f(x)'", /before this one/],
  ['yield x', "python/yield 'yield'", /append/],
  ['y = await f(x)', "python/async 'await'", /remove await/],
  ['async for a in x:\n    pass', "python/async 'async'", /remove async/],
  ['def g(a):\n    return a', "python/nested-def 'g'", /functions:.*methods:/],
  ['class A(B):\n    def g(self): return lambda: 0', "python/class 'class'", /definitions:/],
  ['import numpy as np', "python/import 'import'", /remove it/],
  ['from torch import nn', "python/import 'from'", /remove it/],
  ['global a', "python/global 'global'", /arguments/],
  ['nonlocal a', "python/global 'nonlocal'", /arguments/],
  ['for a in x:\n    pass\nelse:\n    pass', "python/for-else 'else'", /after the loop/],
  ['match x:\n    case 1:\n        pass', "python/match 'match'", /elif/],
  ['print x', "python/print 'print x'", /remove/],
  ['f(x, **kwargs)', "python/kwargs '**kwargs'", /write the keyword arguments out/],
  ['x = {a, b}', "python/set '{a, b}'", /tuple or a list/],
  ['x = {a for a in b}', "python/set '{a for a in b}'", /tuple or a list/],
  ['x = {**a, "b": 1}', "python/dict-unpacking '**a'", /entries/],
  ['x = b"a"', `python/bytes 'b"a"'`, /string/],
  ['x = 2j * y', "python/imaginary '2j'", /last dim/],
  ['x = 9007199254740993', "python/integer '9007199254740993'", /float/],
  ['x: Tensor', "python/annotation 'x: Tensor'", /remove/],
  ['del x[0]', "python/delete 'x[0]'", /remove/],
  ["getattr(self, f'{i=}')", "python/format-debug '='", /remove/],
  ['x = a && b', "python/operator '&&'", /'and'/],
  ['if !a: pass', "python/operator '!'", /'not'/],
  ['if a = b: pass', "python/assign-target '='", /'=='/],
]

describe('a construct outside the subset', () => {
  test.each(refused)('%j gives exactly one diagnostic, with a hint', (text, marked, hint) => {
    const { found, marked: all } = forward(text)
    expect(all).toEqual([marked])
    expect(found[0]?.hint).toMatch(hint)
  })

  test.each(refused)('%j hides nothing that is wrong before and after it', (text, marked) => {
    const { marked: all } = forward(`a = +\n${text}\nb = c d\n`)
    expect(all).toEqual(["python/syntax ''", marked, "python/syntax 'd'"])
  })

  test.each(refused)('%j is not complained about in a form that is allowed', () => {
    expect(forward('x = [a for a in b if a]\nreturn f(*x, k=1)\n').marked).toEqual([])
  })

  test('params of functions are plain', () => {
    expect(functions('def f(x, *args, y=1, **kwargs):\n    return x').marked).toEqual([
      "python/varargs '*args'",
      "python/kwargs '**kwargs'",
    ])
    expect(functions('def f(x, /, y):\n    return x').marked).toEqual(["python/positional-only '/'"])
    expect(functions('@cache\ndef f(x):\n    return x').marked).toEqual(["python/decorator '@cache'"])
    expect(functions('def f(x, y=1, *, z):\n    return x').marked).toEqual([])
  })

  test('between functions stands nothing else', () => {
    expect(functions('a = 1\ndef f(x):\n    return x\nreturn 2').marked).toEqual([
      "python/function-expected 'a'",
      "python/function-expected 'return'",
    ])
  })

  test('the body of a refused block is still checked', () => {
    expect(forward('with a as b:\n    for i x:\n        y = (1\n    return {z}').marked).toEqual([
      "python/with 'with a as b'",
      "python/syntax 'x'",
      "python/bracket '('",
      "python/set '{z}'",
    ])
  })

  test('names that it would have bound count as assigned, so that they are not reported as unknown', () => {
    const { node } = forward(`
import numpy as np, math
from a.b import c
with open(p) as f:
    g = f
def h(): return 1
try:
    i = 1
except E as e:
    pass
if (j := 1): pass
k: int
class L: pass
`)
    expect([...assignedNames(node)].sort()).toEqual('L c e f g h i j k math np'.split(' '))
  })
})
