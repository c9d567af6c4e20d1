/** What the page's tables say is refused is refused, with that code. */
import { expect, it } from 'vitest'
import { codesOf, wholeSpec, withForward } from './example-spec.ts'
import { codeBlocks, readPage } from './page.ts'

const page = 'docs/spec-language.md'
const context = wholeSpec(codeBlocks(page).find(block => block.info.get('as') === 'context')!.text)

/** A line of each construct in the table "What is refused", by code. */
const forwards: Readonly<Record<string, string>> = {
  'flow/data': 'return x if x.sum() > 0 else -x',
  'python/while': 'while x.sum() > 0:\n  x = x - 1\nreturn x',
  'forward/mask-index': 'return x[x > 0]',
  'forward/data': 'return x * x.mean().item()',
  'forward/function': 'return torch.linalg.svd(x)',
  'flow/size': 'if x.shape[0] > 3:\n  x = x + 1\nreturn x',
  'flow/loop': 'for t in range(x.shape[2]):\n  x = x + t\nreturn x',
  'forward/module': 'return nn.Conv2d(8, 8, 1)(x)',
  'forward/introspection': 'return x if callable(self.skip) else -x',
  'forward/package': 'return np.sqrt(x)',
  'forward/assign': 'self.h = x\nreturn x',
  'python/lambda': 'f = lambda y: y\nreturn f(x)',
  'python/nested-def': 'def f(y):\n  return y\nreturn f(x)',
  'python/class': 'class A:\n  pass\nreturn x',
  'python/import': 'import math\nreturn x',
  'python/kwargs': 'return relu(**x)',
  'python/try': 'try:\n  x = x + 1\nexcept ValueError:\n  pass\nreturn x',
  'python/with': 'with torch.no_grad():\n  x = x + 1\nreturn x',
  'python/walrus': 'return (y := x)',
  'python/set': 'a = {1, 2}\nreturn x',
  'python/for-else': 'for i in range(2):\n  x = x + i\nelse:\n  x = -x\nreturn x',
  'python/decorator': '@cached\ndef f(x):\n  return x\nreturn x',
  'python/bytes': 'a = b"a"\nreturn x',
  'python/imaginary': 'return x * 2j',
}

const specs: Readonly<Record<string, string>> = {
  'flow/recursion': 'functions: |\n  def f(x):\n    return f(x)\nforward: return f(x)\n',
  'flow/limit':
    'forward: |\n  for i in range(3000):\n    for j in range(1000):\n      n = i + j\n  return x\n',
  'python/varargs': 'functions: |\n  def f(*args):\n    return args\n',
  'yaml/anchor': 'modules:\n  a: &a\n    type: ReLU\n',
  'yaml/alias': 'doc: *a\n',
  'yaml/merge-key': 'modules:\n  a:\n    <<: 1\n    type: ReLU\n',
  'yaml/tag': 'doc: !text a\n',
  'yaml/flow-value':
    'modules:\n  a: { type: Conv2d, in_channels: 8, out_channels: 8, kernel_size: (1, 5) }\n',
  'yaml/missing-space': 'modules:\n  a: {type:Linear}\n',
  'yaml/folded-code': 'forward:\n  x = x + 1\n  return x\n',
  'yaml/second-colon': 'forward: return {"a": x}\n',
  'yaml/numeric-key': 'modules:\n  01: ReLU()\n',
  'yaml/duplicate-key': 'doc: a\ndoc: b\n',
  'yaml/tab': 'modules:\n\ta: ReLU()\n',
  'schema/wrong-kind': 'modules:\n  a: { type: Linear, in_features: 8, out_features: 8, bias: yes }\n',
  'param/type': 'params:\n  act: str = relu\n',
  'name/unknown': 'params:\n  bias: bool = true\n',
}

it.each(Object.entries(forwards))('a forward with %s', (code, body) => {
  expect(codesOf(withForward(context, `${body}\n`), 'example.yaml', false)).toContain(code)
})

it.each(Object.entries(specs))('a spec with %s', (code, text) => {
  expect(codesOf(wholeSpec(text), 'example.yaml', false)).toContain(code)
})

it('covers every code that the two tables name', () => {
  const tables = ['What is refused', 'YAML pitfalls'].map(title => section(title)).join('')
  const named = [...tables.matchAll(/^\|.*$/gm)].flatMap(([row]) => row.match(/`[a-z]+\/[a-z-]+`/g) ?? [])
  const covered = new Set([...Object.keys(forwards), ...Object.keys(specs)])
  expect([...new Set(named)].filter(code => !covered.has(code.slice(1, -1)))).toEqual([])
  expect(named.length).toBeGreaterThan(20)
})

const section = (title: string): string => readPage(page).split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!
