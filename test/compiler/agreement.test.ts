/**
 * The constructs of the language, each in a small model: the generated class, imported as an application would, and the
 * instance that replays the graph have the same keys and, with the same weights and inputs, the same outputs.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { F, type Module, manualSeed, type Tensor, tensor } from 'holdfast/runtime'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import type { Model } from '../../compiler/compile.ts'
import { emitTypescript } from '../../compiler/emit/typescript/index.ts'
import { verifyGraph } from '../../compiler/ir/verify.ts'
import { SpecModule } from '../../compiler/link/instantiate.ts'
import type { Output } from '../../compiler/link/replay.ts'
import { compileText, underlined } from './compile-text.ts'
import type { Construct } from './constructs/construct.ts'
import { CONSTRUCTS } from './constructs/index.ts'

const folder = mkdtempSync(path.join(import.meta.dirname, '.generated-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
async function classOf(model: Model): Promise<new (options?: object) => Module> {
  const file = path.join(folder, `model${files++}.ts`)
  writeFileSync(
    file,
    emitTypescript(model, { source: 'model.yaml', runtime: 'holdfast/runtime', importPath: p => p }),
  )
  const exports = (await import(/* @vite-ignore */ file)) as Record<string, new (options?: object) => Module>
  return exports[model.file.model.name]!
}

function inputFor(dtype: string, shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  const values =
    dtype === 'int64'
      ? BigInt64Array.from({ length: size }, (_, i) => BigInt((i * 7) % 4))
      : Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + 0.3))
  return tensor(values, { shape })
}

/** All tensors of outputs in order. */
const flat = (value: unknown): Tensor[] =>
  Array.isArray(value)
    ? value.flatMap(flat)
    : value === null
      ? []
      : typeof value === 'object' && 'dtype' in value!
        ? [value as Tensor]
        : Object.values(value as object).flatMap(flat)

describe('instance and generated class agree', () => {
  it.each(CONSTRUCTS)('on $what', async ({ spec, inputs, keys, shapes, others = [] }) => {
    const text = `holdfast: 1\nmodel: Probe\n${spec.trimStart()}`
    const { model, problems } = compileText(text)
    expect(problems.map(p => `${underlined(p)} ${p.message}`)).toEqual([])
    verifyGraph(model!.graph)
    if (keys !== undefined) expect(model!.state.map(s => s.key)).toEqual(keys)
    const Class = await classOf(model!)
    await expectAgreement(model!, Class, {}, inputs, shapes)
    for (const params of others) {
      const other = compileText(text, params)
      expect(other.problems.map(p => p.message)).toEqual([])
      await expectAgreement(other.model!, Class, params, inputs)
    }
  })

  async function expectAgreement(
    model: Model,
    Class: new (options?: object) => Module,
    params: object,
    inputs: Construct['inputs'],
    shapes?: Construct['shapes'],
  ): Promise<void> {
    manualSeed(1)
    const instance = new SpecModule(model)
    manualSeed(1)
    const cls = new Class(params)
    const initial = [...cls.stateDict()]
    for (const [i, [key, t]] of [...instance.stateDict()].entries()) {
      expect([key, await t.data()]).toEqual([initial[i]![0], await initial[i]![1].data()])
    }
    expect([...cls.stateDict().keys()]).toEqual(model.state.map(s => s.key))
    expect([...instance.stateDict().keys()]).toEqual(model.state.map(s => s.key))
    for (const cell of instance.parameters()) cell.value = F.add(cell.value, 0.1)
    cls.loadStateDict(instance.stateDict())
    const ports = model.graph.nodes.flatMap(n => (n.kind === 'input' ? [n] : []))
    const given = ports.map((p, i) => inputFor(p.result.aval.dtype, inputs[i]!))
    for (const [training, device] of [
      [false, 'cpu'],
      [true, 'cpu'],
      // Tensors that a forward makes out of nothing are where its inputs are.
      [false, 'reference'],
    ] as const) {
      await instance.train(training).to(device)
      await cls.train(training).to(device)
      const moved = await Promise.all(given.map(x => x.toDevice(device)))
      manualSeed(2)
      const a = flat(
        instance.forward(Object.fromEntries(ports.map((p, i) => [p.name, moved[i]!]))) as Record<
          string,
          Output
        >,
      )
      manualSeed(2)
      const b = flat((cls as Module & { forward(...x: Tensor[]): unknown }).forward(...moved))
      expect(a.map(t => t.device.name)).toEqual(a.map(() => device))
      expect(b.map(t => [t.dtype, t.shape])).toEqual(a.map(t => [t.dtype, t.shape]))
      if (shapes !== undefined) expect(a.map(t => t.shape)).toEqual(shapes)
      for (const [i, t] of a.entries()) expect(await b[i]!.data()).toEqual(await t.data())
    }
  }
})

describe('the generated class', () => {
  it('of every construct above compiles without errors', { timeout: 240_000 }, () => {
    const written = readdirSync(folder).map(name => path.join(folder, name))
    const project = ts.readConfigFile(path.join(import.meta.dirname, '../../tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(project.config, ts.sys, import.meta.dirname)
    const problems = ts.getPreEmitDiagnostics(ts.createProgram(written, options))
    const text = (file: ts.SourceFile | undefined, start: number | undefined): string =>
      file?.text.slice(start).split('\n')[0] ?? ''
    expect(
      problems.map(p => `${text(p.file, p.start)}: ${ts.flattenDiagnosticMessageText(p.messageText, ' ')}`),
    ).toEqual([])
  })

  it('takes modules that are options, alternatives that only other params reach, and items of a ModuleDict with their classes', () => {
    const { model } = compileText(`holdfast: 1
model: Probe
params: { norm: module = LayerNorm, kind: str = "a" }
inputs: { x: "float32[N, 4]" }
modules:
  n: { type: norm, normalized_shape: 4 }
  act: [ { when: kind == "a", type: Tanh }, { type: PReLU } ]
  heads: { type: ModuleDict, modules: { a: "Linear(4, 4)", b: Tanh() } }
forward: return heads["b"](heads["a"](act(n(x))))
`)
    const text = emitTypescript(model!, { source: 'm.yaml', runtime: 'holdfast/runtime', importPath: p => p })
    expect(text).toContain("this.registerModule('n', nn.moduleOf(norm, { normalized_shape: 4 }))")
    expect(text).toContain('readonly act: nn.Tanh | nn.PReLU')
    expect(text).toContain('readonly heads: nn.ModuleDict<nn.Linear | nn.Tanh>')
    expect(text).toContain("(this.heads.get('a') as nn.Linear).forward(")
  })

  it('knows the code that only other params reach', () => {
    const { model } = compileText(`holdfast: 1
model: Probe
params: { kind: { type: str, enum: [plain, twice], default: plain } }
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
modules:
  block: [ { when: kind == "plain", type: Plain }, { type: Twice } ]
forward: return block(x)
definitions:
  Plain:
    modules: { fc: "Linear(4, 4)" }
    forward: return self.fc(x)
  Twice:
    modules: { fc: "Linear(4, 4)" }
    forward: |
      out = self.fc(x)
      out += x
      return out
`)
    const text = emitTypescript(model!, { source: 'm.yaml', runtime: 'holdfast/runtime', importPath: p => p })
    expect(text).toContain('readonly block: Plain | Twice')
    expect(text).toContain('out = out.add(x)')
  })
})
