/** Which parameter each position of an optimizer is, where its file has no names; and optimizers in layouts of other projects. */
import { describe, expect, test } from 'vitest'
import { PyDict, type PyValue, tensorOf } from '../../runtime/checkpoint/index.ts'
import {
  convertCheckpoint,
  convertOptimizerState,
  currentOptimizer,
  type Generation,
  type KeyContract,
  KeysError,
  type LockedTensor,
} from '../../runtime/keys/index.ts'
import { checked } from '../keys/contract.ts'

const entry = (key: string, ...shape: number[]): LockedTensor => ({
  id: key,
  key,
  shape,
  dtype: 'float32',
  kind: 'parameter',
  tie: null,
})

const generationOf = (generation: number, tensors: readonly LockedTensor[]): Generation => ({
  generation,
  tensors,
  parameters: tensors.filter(t => t.kind === 'parameter').map(t => t.id),
})

const ones = (shape: readonly number[], value: number) =>
  tensorOf(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => value),
    [...shape],
  )

/** Positions with momenta of the given shapes, of which the n-th is all n; null for one without state. */
function sgd(...groups: readonly (readonly (readonly number[] | null)[])[]): PyDict {
  let position = 0
  const state = new PyDict('dict')
  const lists = groups.map(group => {
    const params = group.map(shape => {
      if (shape !== null)
        state.set(position, new PyDict('dict', [['momentum_buffer', ones(shape, position)]]))
      return position++
    })
    return new PyDict('dict', [['params', params]])
  })
  return new PyDict('dict', [
    ['state', state],
    ['param_groups', lists],
  ])
}

/** By position the position that its momentum had. */
async function momenta(dictionary: PyDict): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const [position, entries] of dictionary.get('state') as PyDict) {
    const tensor = (entries as PyDict).get('momentum_buffer') as ReturnType<typeof ones>
    found[String(position)] = new Float32Array((await tensor.storage.read(0, 4)).slice().buffer)[0]!
  }
  return found
}

const groupsOf = (dictionary: PyDict): PyValue[] =>
  (dictionary.get('param_groups') as PyDict[]).map(group => group.get('params') as PyValue)

const refused = async (run: Promise<unknown>): Promise<string> => {
  const error = await run.then(
    () => null,
    e => e,
  )
  expect(error).toBeInstanceOf(KeysError)
  return `${error.code}: ${error.message}`
}

describe('positions without names', () => {
  const before = generationOf(1, [entry('a', 2, 3), entry('b', 3), entry('c', 3, 2), entry('d', 2)])
  const after = generationOf(2, [entry('d', 2), entry('c', 3, 2), entry('b', 3), entry('a', 2, 3)])
  const turned = (dictionary: PyDict, options = {}) =>
    convertOptimizerState(dictionary, before, after, [], options)

  test('of several groups are told by the shapes of their state, in the order of the model', async () => {
    const there = await turned(
      sgd(
        [
          [2, 3],
          [3, 2],
        ],
        [[3], [2]],
      ),
    )
    // d c b a: the first group is c a, the second d b.
    expect(groupsOf(there)).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(await momenta(there)).toEqual({ 0: 1, 1: 0, 2: 3, 3: 2 })
  })

  test('may be of some of the parameters only', async () => {
    expect(await momenta(await turned(sgd([[3, 2], [2]])))).toEqual({ 0: 1, 1: 0 })
  })

  test('are refused where shapes leave several ways, or none', async () => {
    expect(await refused(turned(sgd([null, null], [null, null])))).toMatch(
      /^keys\/optimizer: .* several ways/,
    )
    expect(await refused(turned(sgd([[3, 2], [3], [2, 3], [2]])))).toMatch(/order of the model$/)
    expect(await refused(turned(sgd([[2, 3], [3], [3, 2], [2], [2]])))).toMatch(/5 parameters .* the model 4/)
    const groups = [
      ['a', 'c'],
      ['b', 'd'],
    ]
    const given = await turned(sgd([null, null], [null, null]), { groups })
    expect(groupsOf(given)).toEqual([
      [0, 1],
      [2, 3],
    ])
  })

  test('are names in dictionaries of FSDP, before and after', async () => {
    const named = sgd([[2, 3], [3], [3, 2], [2]])
    const params = (named.get('param_groups') as PyDict[])[0]!
    params.set('params', ['_fsdp_wrapped_module.a', 'b', 'c', 'd'])
    const states = named.get('state') as PyDict
    const keyed = new PyDict('dict', [
      ['_fsdp_wrapped_module.a', states.get(0)!],
      ['b', states.get(1)!],
      ['c', states.get(2)!],
      ['d', states.get(3)!],
    ])
    named.set('state', keyed)
    const there = await turned(named)
    expect(groupsOf(there)).toEqual([['d', 'c', 'b', 'a']])
    expect(await momenta(there)).toEqual({ a: 0, b: 1, c: 2, d: 3 })
  })
})

describe('an optimizer in a layout', () => {
  const own = generationOf(1, [entry('head.w', 2, 2), entry('body.w', 2, 2), entry('body.b', 2)])
  const contract = (order?: readonly string[]): KeyContract => ({
    model: 'Net',
    preset: null,
    generations: [own],
    migrations: [],
    layouts: [
      {
        name: 'theirs',
        to: 1,
        ...(order === undefined ? {} : { order }),
        steps: [
          { kind: 'drop', key: 'mask', reason: 'a constant', init: 0 },
          { kind: 'rename', from: 'net.head', to: 'head' },
          { kind: 'rename', from: 'net.body', to: 'body' },
          { kind: 'transpose', key: 'body.w', dims: [0, 1] },
        ],
      },
    ],
  })
  const theirs = new PyDict('dict', [
    ['mask', ones([2, 2], 9)],
    ['net.body.w', ones([2, 2], 0)],
    ['net.body.b', ones([2], 1)],
    ['net.head.w', ones([2, 2], 2)],
  ])
  const file = (optimizer: PyDict) =>
    new PyDict('dict', [
      ['model', theirs],
      ['optimizer', optimizer],
    ])
  const optimizerOf = ({ value }: { readonly value: PyValue }) => (value as PyDict).get('optimizer') as PyDict

  test("goes by the order of the file's state_dict", async () => {
    const found = await convertCheckpoint(contract(), file(sgd([[2, 2], [2], [2, 2]])))
    expect(await momenta(optimizerOf(found))).toEqual({ 0: 2, 1: 0, 2: 1 })
  })

  test('may have a parameter that the model does not', async () => {
    const found = await convertCheckpoint(contract(), file(sgd([[2, 2], [2, 2], [2], [2, 2]])))
    expect(await momenta(optimizerOf(found))).toEqual({ 0: 3, 1: 1, 2: 2 })
  })

  test('is written, and read alone, in the order that the layout declares', async () => {
    const known = contract(['net.body', 'net.head'])
    const saved = sgd([[2, 2], [2, 2], [2]])
    const [w, b] = [own.tensors[0]!, own.tensors[2]!]
    const state = new PyDict('dict', [
      ['head.w', ones(w.shape, 0)],
      ['body.w', ones(w.shape, 1)],
      ['body.b', ones(b.shape, 2)],
    ])
    const tree = new PyDict('dict', [
      ['model', state],
      ['optimizer', saved],
    ])
    const to = { layout: 'theirs' }
    const there = await convertCheckpoint(known, tree, { from: { generation: 1 }, to })
    expect([...((there.value as PyDict).get('model') as PyDict).keys()]).toEqual([
      'net.body.w',
      'net.body.b',
      'net.head.w',
    ])
    expect(await momenta(optimizerOf(there))).toEqual({ 0: 1, 1: 2, 2: 0 })
    expect(await momenta(await currentOptimizer(known, optimizerOf(there), to))).toEqual({ 0: 0, 1: 1, 2: 2 })
    const open = contract()
    expect(await refused(convertCheckpoint(open, tree, { from: { generation: 1 }, to }))).toMatch(
      /^keys\/optimizer: layout 'theirs' does not say the order/,
    )
    expect(await refused(currentOptimizer(open, optimizerOf(there), to))).toMatch(/does not say the order/)
  })

  test('whose order names no path of it is refused by the compiler', () => {
    const spec = (order: string) => `holdfast: 1
model: Net
inputs: { x: "float32[N, 4]" }
modules: { fc: "Linear(4, 4)" }
forward: return fc(x)
layouts:
  theirs: { to: 1, order: [${order}], steps: [ { rename: { from: net.c_fc, to: fc } } ] }
`
    expect(checked(spec('net.c_fc'), null).said).toEqual([])
    const { said, messages, hints } = checked(spec('net.c_fd'), null)
    expect([said, messages, hints]).toEqual([
      ['keys/layout-order "net.c_fd"'],
      ["the layout has no 'net.c_fd'"],
      ["did you mean 'net.c_fc'?"],
    ])
    expect(checked(spec('"a*"'), null).said).toEqual(['keys/layout-order ""a*""'])
  })
})
