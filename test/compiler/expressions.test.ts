/** Plain expressions have the values that CPython gives them (test/oracle/compiler/expressions.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { evaluate } from '../../compiler/eval/expression.ts'
import { Machine } from '../../compiler/eval/machine.ts'
import { expressionFrame, Scope } from '../../compiler/eval/scope.ts'
import { printValue } from '../../compiler/eval/value.ts'
import { parseExpression } from '../../compiler/parse/python/parse.ts'
import { wholeText } from '../../compiler/parse/source.ts'
import { GraphBuilder } from '../../compiler/trace/graph-builder.ts'
import { compileText } from './compile-text.ts'

const file = path.join(import.meta.dirname, '../fixtures/compiler/expressions.json')
const cases = JSON.parse(readFileSync(file, 'utf8')) as [string, string][]
const { model } = compileText(
  'holdfast: 1\nmodel: M\ninputs: { x: "float32[N]" }\noutputs: { y: "float32[N]" }\nforward: return x\n',
)

it.each(cases)('%s is %s', (text, expected) => {
  const diagnostics = new Diagnostics()
  const world = new GraphBuilder()
  const machine = new Machine(diagnostics, world, { training: false, observer: null })
  world.machine = machine
  const node = parseExpression(wholeText({ path: 'expression', text }), diagnostics)
  const value = evaluate(node, expressionFrame(new Scope(model!.file)), machine)
  expect(diagnostics.sorted().map(d => d.message)).toEqual([])
  expect(printValue(value)).toBe(expected)
})
