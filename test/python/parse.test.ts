import { describe, expect, test } from 'vitest'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { parseForward } from '../../compiler/parse/python/parse.ts'
import { assignedNames, children } from '../../compiler/parse/python/visit.ts'
import type { EmbeddedText } from '../../compiler/parse/source.ts'
import { block, expression as canonical } from './canonical.ts'
import { expression, forward, functions, typedName } from './parsed.ts'

describe('a forward', () => {
  test('is taken at any common indentation, with comments, docstring and blank lines', () => {
    const body = ['"""Doc."""', '', '# comment', 'x = f(x)  # more', 'if x:', '    return x', 'return -x']
    const plain = block(forward(body.join('\n')).node)
    for (const indent of ['  ', '        ', '\t']) {
      const { node, found } = forward(
        `\n${body.map(line => (line === '' ? '' : indent + line)).join('\r\n')}\n\n`,
      )
      expect(found).toEqual([])
      expect(block(node)).toEqual(plain)
    }
  })

  test('is taken with its def line, whose params and annotations are kept', () => {
    const { node, found } = forward(
      '    def forward(self, x: Tensor, mask: Optional[Tensor] = None) -> Tensor:\n        """Doc."""\n        return x\n',
    )
    expect(found).toEqual([])
    expect(node.header?.params.map(param => param.name)).toEqual(['self', 'x', 'mask'])
    expect(node.header?.params[2]?.default?.kind).toBe('None')
    expect(node.header?.range.start).toBe(node.range.start)
    expect(block(node)).toEqual(block(forward('"""Doc."""\nreturn x').node))
    expect(forward('return x').node.header).toBeUndefined()
  })

  test('decorators and a second def beside it are refused', () => {
    expect(
      forward('@auto_docstring\n@a.b(c)\ndef forward(self, x):\n    return x\n\ndef g(self):\n    pass')
        .marked,
    ).toEqual(["python/decorator '@auto_docstring'", "python/decorator '@a.b(c)'", "python/nested-def 'g'"])
    expect(forward('def other(self, x):\n    return x').marked).toEqual(["python/nested-def 'other'"])
  })

  test('its ranges and diagnostics are those of the file', () => {
    const file = 'forward: |\n  x = f(y)\n  return a b\n'
    const offsets = [...'x = f(y)\nreturn a b\n'].map((_, i) => (i < 9 ? 13 + i : 15 + i))
    const text: EmbeddedText = {
      source: { path: 'a.yaml', text: file },
      text: 'x = f(y)\nreturn a b\n',
      toFile: offset => offsets[offset] ?? file.length,
    }
    const diagnostics = new Diagnostics()
    const [assign] = parseForward(text, diagnostics).body
    expect(file.slice(assign?.range.start, assign?.range.end)).toBe('x = f(y)')
    const [found] = diagnostics.sorted()
    expect(found?.source.path).toBe('a.yaml')
    expect(file.slice(found?.range.start, found?.range.end)).toBe('b')
  })

  test('every node lies within its parent, and siblings are in order', () => {
    const { node } = forward(`
a, (b.c, *d) = e[0, 1:2], f(g, k=h, *i)
for j in [l for l in m if l > 0 < 2]:
    if not n: o += -p ** 2 if q else {r: f"{s:{t}}"}
    elif u: assert v, w
    else: return x or (y and z)
`)
    const check = (parent: typeof node | ReturnType<typeof children>[number]): number =>
      children(parent).reduce((count, child) => {
        expect(child.range.start).toBeGreaterThanOrEqual(parent.range.start)
        expect(child.range.end).toBeLessThanOrEqual(parent.range.end)
        expect(child.range.end).toBeGreaterThan(child.range.start)
        return count + check(child)
      }, 1)
    expect(check(node)).toBeGreaterThan(60)
  })
})

describe('an expression', () => {
  test('may run over several lines without brackets', () => {
    expect(canonical(expression('a +\n  b\n').node)).toEqual(canonical(expression('a + b').node))
    expect(expression('a +\n  b\n').found).toEqual([])
  })

  test('is one expression', () => {
    expect(expression('a b').marked).toEqual(["python/syntax 'b'"])
    expect(expression('a = b').found[0]?.hint).toBe("write '==' to compare")
    expect(expression('a; b').marked).toEqual(["python/syntax ';'"])
    expect(expression('a == b').marked).toEqual([])
  })
})

describe('functions', () => {
  test('are read one after the other', () => {
    const { node, found } = functions(
      '"""About."""\n# comment\ndef f(x, y=1):\n  return x\n\ndef g(*, z): return z\n',
    )
    expect(found).toEqual([])
    expect(node.map(each => each.header.name)).toEqual(['f', 'g'])
    expect(node.map(each => each.header.params.map(param => param.keywordOnly))).toEqual([
      [false, false],
      [true],
    ])
  })

  test('an error in one leaves the others', () => {
    const { node, marked } = functions('def f(x:\n  return x\ndef g(y):\n  return y +\ndef h(z): return z')
    expect(marked).toEqual(["python/bracket '('", "python/syntax ''"])
    expect(node.map(each => each.header.name)).toEqual(['g', 'h'])
  })
})

describe('a declaration', () => {
  const shown = (text: string): unknown => {
    const { node, found } = typedName(text)
    expect(found).toEqual([])
    const type = (of: typeof node.type): unknown =>
      of.kind === 'Error'
        ? 'Error'
        : of.bracketed
          ? [
              of.name,
              ...of.args.map(arg =>
                arg.kind === 'TypeExpr' ? type(arg) : arg.kind === 'Wildcard' ? '_' : canonical(arg),
              ),
            ]
          : of.name
    return node.default === undefined
      ? type(node.type)
      : { type: type(node.type), default: canonical(node.default) }
  }

  test('has a type and perhaps a default', () => {
    expect(shown('int')).toBe('int')
    expect(shown('int = 1')).toEqual({ type: 'int', default: ['Int', '1'] })
    expect(shown('list[int] = [2, 2]')).toEqual({
      type: ['list', 'int'],
      default: ['List', ['Int', '2'], ['Int', '2']],
    })
    expect(shown('list[list[int]]')).toEqual(['list', ['list', 'int']])
    expect(shown('module = LayerNorm')).toEqual({ type: 'module', default: ['Name', 'LayerNorm'] })
    expect(shown('float32[N, 1, _, _] = None')).toEqual({
      type: ['float32', ['Name', 'N'], ['Int', '1'], '_', '_'],
      default: ['None'],
    })
    expect(shown('list[float32[N, _], 3]')).toEqual(['list', ['float32', ['Name', 'N'], '_'], ['Int', '3']])
    expect(shown('tuple[int, float32[]]')).toEqual(['tuple', 'int', ['float32']])
    expect(shown('float32[N, dims[0], P + T]')).toEqual([
      'float32',
      ['Name', 'N'],
      ['Subscript', ['Name', 'dims'], ['Int', '0']],
      ['Binary', '+', ['Name', 'P'], ['Name', 'T']],
    ])
  })

  test('what is none is reported at its position', () => {
    expect(typedName('').marked).toEqual(["python/empty ''"])
    expect(typedName('3').marked).toEqual(["python/syntax '3'"])
    expect(typedName('int 3').marked).toEqual(["python/syntax '3'"])
    expect(typedName('int =').marked).toEqual(["python/syntax ''"])
    expect(typedName('float32[N').marked).toEqual(["python/bracket '['"])
    expect(typedName('float32[N N]').marked).toEqual(["python/syntax 'N'"])
    expect(typedName('list[3]').marked).toEqual(["python/syntax '3'"])
  })
})

test('assigned names are those of assignments, loops and deletions, in all nested blocks', () => {
  const { node } = forward(`
a, (b, *c), d.e, f[g] = x
h = i = y
j += 1
for k, l in z:
    if m:
        n: int = 1
    else:
        del o
L.append([p for p in q])
`)
  expect([...assignedNames(node)].sort()).toEqual('a b c h i j k l n o'.split(' '))
})
