/** Random models and random refactors: what is uncovered is refused, and the migration that is proposed covers it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { suggestedMigration } from '../../compiler/keys/suggested-migration.ts'
import { applySteps, type Generation, ShapeOnly, shapeArrays } from '../../runtime/keys/index.ts'
import { memberContract } from '../../runtime/keys/member-contract.ts'
import { checked, lockOf } from './contract.ts'

/** Modules by name: a layer's two sizes, or a branch. */
type Tree = Map<string, readonly [number, number] | Tree>

const name = fc.constantFrom('a', 'b', 'c', 'd')
const layer = fc.tuple(fc.constantFrom(2, 3), fc.constantFrom(4, 6, 12))
const level = (inner: fc.Arbitrary<Tree | readonly [number, number]>): fc.Arbitrary<Tree> =>
  fc
    .uniqueArray(fc.tuple(name, inner), { minLength: 1, maxLength: 3, selector: ([n]) => n })
    .map(entries => new Map(entries) as Tree)
const tree = level(fc.oneof({ weight: 2, arbitrary: layer }, level(layer)))

interface Refactor {
  readonly kind: 'rename' | 'move' | 'split' | 'drop' | 'insert' | 'reverse'
  readonly at: number
}
const refactor: fc.Arbitrary<Refactor> = fc.record({
  kind: fc.constantFrom('rename', 'move', 'split', 'drop', 'insert', 'reverse'),
  at: fc.nat(2),
})

/** `n` makes the names new. */
function refactored(before: Tree, { kind, at }: Refactor, n: number): Tree {
  const entries = [...before]
  const [key, value] = entries[at % entries.length]!
  switch (kind) {
    case 'rename':
      return new Map(entries.map(e => (e[0] === key ? [`new${n}`, value] : e)))
    case 'move':
      return new Map(entries.map(e => (e[0] === key ? [`branch${n}`, new Map([[key, value]])] : e)))
    case 'split': {
      if (!Array.isArray(value)) return before
      const [input, output] = value as readonly [number, number]
      const half: readonly [number, number] = [input, output / 2]
      const parts: readonly [string, Tree | readonly [number, number]][] = [
        [`p${n}`, half],
        [`q${n}`, half],
      ]
      return new Map(entries.flatMap(e => (e[0] === key ? parts : [e])))
    }
    case 'drop':
      return entries.length === 1 ? before : new Map(entries.filter(e => e[0] !== key))
    case 'insert':
      return new Map([[`extra${n}`, [5, 48]], ...entries])
    case 'reverse':
      return new Map(entries.reverse())
  }
}

function modulesOf(level: Tree, indent = '  '): string {
  return [...level]
    .map(([key, value]) =>
      value instanceof Map
        ? `${indent}${key}:\n${indent}  type: Module\n${indent}  modules:\n${modulesOf(value, `${indent}    `)}`
        : `${indent}${key}: Linear(${value[0]}, ${value[1]})\n`,
    )
    .join('')
}

const specOf = (model: Tree, migrations = ''): string =>
  `holdfast: 1\nmodel: Net\ninputs: { x: "float32[N, 4]" }\nmodules:\n${modulesOf(model)}forward: return x\n${migrations}`

const described = ({ tensors, parameters }: Generation) => {
  const keyOf = new Map(tensors.map(t => [t.id, t.key]))
  return {
    tensors: tensors.map(t => [t.key, t.shape, t.kind]),
    parameters: parameters.map(id => keyOf.get(id)),
  }
}

test('the migration that is proposed for a refactor covers it, and leads to what the model has', () => {
  let refused = 0
  let proven = 0
  fc.assert(
    fc.property(tree, fc.array(refactor, { minLength: 1, maxLength: 3 }), (before, changes) => {
      const after = changes.reduce((model, change, n) => refactored(model, change, n), before)
      const [old, now] = [specOf(before), specOf(after)]
      const lock = lockOf(old)
      const found = checked(now, lock)
      if (modulesOf(before) === modulesOf(after)) {
        expect(found.said).toEqual([])
        return
      }
      expect(found.contract?.findings.length).toBeGreaterThan(0)
      refused++
      const proposed = suggestedMigration(found.contract!)
      const migrations = proposed.slice(proposed.indexOf('\nmigrations:') + 1)
      const covered = checked(now + migrations, lock)
      expect(covered.said).toEqual(['keys/lock-behind "Net"'])
      // On data of its own, the contract leads from the one generation to the other.
      const [contract] = covered.contract!.contracts
      const [from, to] = contract!.generations
      const types = (g: typeof from) => new Map(g!.tensors.map(t => [t.key, new ShapeOnly(t)]))
      const initial = (
        _: string,
        type: ShapeOnly | { shape: readonly number[]; dtype: ShapeOnly['dtype'] },
      ) => new ShapeOnly(type)
      const { state } = applySteps(contract!.migrations[0]!.steps, types(from), shapeArrays, {
        target: types(to),
        initial,
      })
      expect(new Map([...state].sort())).toEqual(new Map([...types(to)].sort()))
      // What the steps say to a member that is no preset is what is locked, where they say it by themselves.
      const member = memberContract([contract!], to!)
      if (member.generations.length === 2) {
        proven++
        expect(member.unproven).toBe('')
        expect(described(member.generations[0]!)).toEqual(described(from!))
      } else expect(contract!.migrations[0]!.steps.map(s => s.kind)).toContain('drop')
    }),
    { numRuns: 150, seed: 3 },
  )
  expect(refused).toBeGreaterThan(100)
  expect(proven).toBeGreaterThan(30)
})
