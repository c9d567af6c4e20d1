import { describe, expect, test } from 'vitest'
import { expression, forward, functions } from './parsed.ts'

describe('broken syntax', () => {
  test('every broken line is reported once, at its position', () => {
    const { marked } = forward(
      ['a = b c', 'x = f(1, 2', 'assert x', 'y = "abc', 'z = 1..a', 'w = 0777', 'return ?'].join('\n'),
    )
    expect(marked).toEqual([
      "python/syntax 'c'",
      "python/bracket '('",
      `python/string '"abc'`,
      "python/number '0777'",
      "python/character '?'",
    ])
  })

  test('says what it expected and what it found', () => {
    expect(forward('return f(a b)').found[0]?.message).toBe("expected ',' or ')', found 'b'")
    expect(forward('if a\n    b').found[0]?.message).toBe("expected ':', found the end of the line")
    expect(expression('a +').found[0]?.message).toBe('expected an expression, found the end of the text')
  })

  test('an empty text is reported, a comment alone too', () => {
    expect(forward('').marked).toEqual(["python/empty ''"])
    expect(forward('# nothing\n\n').marked).toEqual(["python/empty ''"])
    expect(expression('  ').marked).toEqual(["python/empty ''"])
    expect(functions('').marked).toEqual([])
  })

  test('a bracket that is never closed ends before the next line that is not indented more', () => {
    expect(forward('x = f(a,\n      b\ny = z = 1 2\nz = (1\nreturn x y').marked).toEqual([
      "python/bracket '('",
      "python/syntax '2'",
      "python/bracket '('",
      "python/syntax 'y'",
    ])
  })

  test('what one wrong bracket or quote drags along is not reported', () => {
    expect(forward('x = f([a)](b))\nreturn x y').marked).toEqual(["python/bracket ')'", "python/syntax 'y'"])
    expect(forward('x = f(\n  a="b,\n  c=(d),\n)\nreturn x y').marked).toEqual([
      `python/string '"b,'`,
      "python/syntax 'y'",
    ])
  })

  test('a backslash continues a line only where there is a next one', () => {
    expect(forward('return x \\\n  + y').marked).toEqual([])
    expect(forward('return x \\ y').marked).toEqual(["python/continuation '\\'"])
    expect(forward('return x\\\n').marked).toEqual(["python/continuation '\\'"])
  })

  test('indentation has to fit', () => {
    expect(forward('x = 1\n    y = 2\nreturn x').marked).toEqual(["python/indentation 'y'"])
    expect(forward('if a:\n        b\n    c\nd').marked).toEqual(["python/indentation '    '"])
    expect(forward('if a:\nb').marked).toEqual(["python/indentation 'if'"])
    expect(forward('if a:\n\tb\n        c').marked).toEqual(["python/tabs '        '"])
    expect(forward('if a:\n\tb\n\tc').marked).toEqual([])
  })

  test('a clause without its statement is reported, unless that statement is what is broken', () => {
    expect(forward('x = 1\nelse:\n    y = 2').marked).toEqual(["python/syntax 'else'"])
    expect(forward('if a b:\n    x\nelif c:\n    y\nelse:\n    z').marked).toEqual(["python/syntax 'b'"])
    expect(forward('if:\n    x = +\nelse:\n    z = -').marked).toEqual([
      "python/syntax ':'",
      "python/syntax ''",
      "python/syntax ''",
    ])
  })

  test('only names, attributes, items and lists of them can be assigned to', () => {
    expect(forward('f(x) = 1').marked).toEqual(["python/assign-target 'f(x)'"])
    expect(forward('a, (b, 1) = x').marked).toEqual(["python/assign-target '1'"])
    expect(forward('*a, *b = x').marked).toEqual(["python/starred '*b'"])
    expect(forward('*a = x').marked).toEqual(["python/starred '*'"])
    expect(forward('a, b += 1').marked).toEqual(["python/assign-target 'a, b'"])
    expect(forward('a, (b.c, [*d, e[0]]) = x').marked).toEqual([])
  })

  test('arguments are in order and given once', () => {
    expect(forward('f(a=1, b)').marked).toEqual(["python/arguments 'b'"])
    expect(forward('f(a=1, a=2)').marked).toEqual(["python/arguments 'a'"])
    expect(functions('def f(a=1, b): pass').marked).toEqual(["python/params 'b'"])
    expect(functions('def f(a, a): pass').marked).toEqual(["python/params 'a'"])
  })
})

describe('hostile input', () => {
  const deep = 10_000
  test.each([
    ['brackets', `${'('.repeat(deep)}x${')'.repeat(deep)}`],
    ['brackets that stay open', '['.repeat(deep)],
    ['calls in calls', `${'f('.repeat(deep)}x${')'.repeat(deep)}`],
    ['signs', `${'-'.repeat(deep)}x`],
    ['not', `${'not '.repeat(deep)}x`],
    ['powers', `x${' ** x'.repeat(deep)}`],
    ['sums', `x${' + x'.repeat(deep)}`],
    ['calls after calls', `x${'.a()'.repeat(deep)}`],
    ['conditionals', `${'x if y else '.repeat(deep)}z`],
    ['lambdas', `${'lambda: '.repeat(deep)}z`],
    ['dicts', `${'{a: '.repeat(deep)}z`],
    ['comprehensions', '[x for x in '.repeat(deep)],
    ['conditions of comprehensions', '[x for x in y if '.repeat(deep)],
    ['generators', '(x for x in '.repeat(deep)],
    ['unpacked dicts', '{**'.repeat(deep)],
    ['indices', 'x['.repeat(deep)],
    ['stars', 'f(*'.repeat(deep)],
    ['assignments in expressions', '(x := '.repeat(deep)],
    ['yields', '(yield '.repeat(deep)],
    ['async', 'async '.repeat(deep)],
    ['await', 'await '.repeat(deep)],
    ['targets', `for x${'.a'.repeat(deep)} in y: pass`],
    ['annotated targets', `x${'.a'.repeat(deep)}: int = y`],
    ['f-strings', `${`f"{`.repeat(deep)}z`],
  ])('%s nested ten thousand deep give a diagnostic', (_, text) => {
    expect(expression(text).found.length).toBeGreaterThan(0)
    expect(forward(`${text}\nreturn x y`).marked.at(-1)).toBe("python/syntax 'y'")
  })

  test('blocks nested a thousand deep give a diagnostic, and what follows is read', () => {
    const blocks = Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}if a:`).join('\n')
    expect(forward(`${blocks}\n${' '.repeat(1000)}b\nreturn x y`).marked).toEqual([
      "python/too-deep 'if'",
      "python/syntax 'y'",
    ])
  })

  test('a long chain of elif is no nesting', () => {
    const text = `if a:\n    b\n${'elif a:\n    b\n'.repeat(5000)}`
    expect(forward(text).marked).toEqual([])
  })

  test('a long text is read in linear time, right or wrong', () => {
    const time = (text: string) => {
      const start = performance.now()
      forward(text)
      return performance.now() - start
    }
    const bodies = [
      'x = f(a, b=[1, 2], c="abc") + y[1:2]\n',
      'x = (1,\n',
      'x = ]\n',
      '"""\n',
      'x = f"{a\n',
      'if a:\n',
      '  x\n',
    ]
    for (const line of bodies) {
      time(line.repeat(1000))
      expect(time(line.repeat(Math.ceil(200_000 / line.length))), line).toBeLessThan(4000)
    }
  })
})
