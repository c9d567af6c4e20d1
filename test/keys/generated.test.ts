/** Generated classes with presets and contracts: their types, and that instances of the spec carry the same. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeLoader, readSource } from '../../compiler/cli/node-loader.ts'
import { compileModel } from '../../compiler/compile.ts'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { contractOf } from '../../compiler/keys/contract-of.ts'
import { presetsOf } from '../../compiler/keys/family.ts'
import { SpecModule } from '../../compiler/link/instantiate.ts'
import { loadSpec } from '../../compiler/spec/load.ts'
import { contractFor, type Module } from '../../runtime/nn/index.ts'
import { typeErrors } from '../docs/script.ts'
import { runInTerminal, Workspace } from '../docs/workspace.ts'

let workspace: Workspace
beforeAll(async () => {
  workspace = new Workspace()
  workspace.write(
    'specs/net.yaml',
    `holdfast: 1
model: Net
params:
  width: int = 4
  act: { type: str, enum: [relu, tanh], default: relu }
presets:
  small: {}
  large: { width: 8, act: tanh }
inputs: { x: "float32[N, 4]" }
modules:
  fc: Linear(4, width)
forward: |
  return tanh(fc(x)) if act == "tanh" else relu(fc(x))
`,
  )
  expect(await runInTerminal(['lock', 'specs/net.yaml'])).toMatchObject({ code: 0 })
  expect(await runInTerminal(['build'])).toMatchObject({ code: 0 })
})
afterAll(() => workspace.remove())

test('a preset has the literal type of its state_dict, other options the general one', () => {
  const use = (line: string, i: number): string =>
    workspace.write(`use${i}.ts`, `import { Net } from './generated/net.js'\n${line}\n`)
  const right = [
    "console.log(Net.preset('large').stateDict().get('fc.weight').shape)",
    "console.log(new Net({ width: 6 }).stateDict().get('fc.weight').shape)",
  ].map(use)
  const wrong = [
    "Net.preset('large').stateDict().get('fc.wieght')",
    "Net.preset('huge')",
    "const shape: [4, 4] = Net.preset('large').stateDict().get('fc.weight').shape\nconsole.log(shape)",
  ].map((line, i) => use(line, i + 2))
  const refused = typeErrors([...right, ...wrong]).map(error => error.slice(0, error.indexOf(': ')))
  expect(refused).toEqual(wrong)
})

test('the class and the instance carry the same contracts, of which shapes choose one', async () => {
  const generated: {
    Net: { new (options?: { width?: number }): Module; preset(name: string): Module }
  } = await import(/* @vite-ignore */ `${workspace.folder}/generated/net.ts`)
  const large = generated.Net.preset('large')
  expect(contractFor(large).preset).toBe('large')
  expect(contractFor(new generated.Net()).preset).toBe('small')
  expect(contractFor(new generated.Net({ width: 6 })).preset).toBeNull()

  const diagnostics = new Diagnostics()
  const source = readSource('specs/net.yaml')
  if ('error' in source) throw new Error(source.error)
  const file = loadSpec(source, nodeLoader, diagnostics)!
  const model = compileModel(file, presetsOf(file).get('large')!, diagnostics)!
  const instance = new SpecModule(model, contractOf(file, nodeLoader, diagnostics)!.contracts)
  expect(instance.keyContracts).toEqual(large.keyContracts)
  expect(contractFor(instance).preset).toBe('large')
})
