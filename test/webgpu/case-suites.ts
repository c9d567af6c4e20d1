/**
 * Every case of functions, modules and their gradients on WebGPU, against PyTorch: the same tables and tolerances that the CPU
 * is tested with. Both Node and a page in a browser run them, so nothing here is of either.
 */
import { backward, grad } from '../../runtime/autograd/index.ts'
import { getDevice } from '../../runtime/devices/registry.ts'
import '../../runtime/random/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { setDefaultDevice } from '../../runtime/tensor/default-device.ts'
import { F } from '../../runtime/tensor/functional.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'
import { type ExpectedGradient, gradientDifferences } from '../autograd/expected-gradient.ts'
import { runWithGradients } from '../autograd/run-case.ts'
import { weightedSum } from '../autograd/weighted-sum.ts'
import { flat, type ModuleCase, runModule, storedDifferences } from '../nn/module-case.ts'
import {
  type CaseHost,
  caseTitle,
  differences,
  type FunctionCase,
  runCase,
} from '../support/function-cases.ts'
import { onDevice, readPlain } from '../support/on-device.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'

/** Reads a fixture by its path below `test/fixtures/`. */
export type Fixtures = <T>(file: string) => Promise<T>

/** One case: what is wrong with it as text, which is nothing if all is well. */
export interface SuiteCase {
  readonly title: string
  run(): Promise<readonly string[]>
}

export interface Suite {
  readonly name: string
  /** Which cases a sample has: each `nth` one. Compiling shaders takes software adapters long. */
  readonly nth: number
  cases(read: Fixtures): Promise<readonly SuiteCase[]>
}

/** All suites; `families` are those of functions, by the names of their files. */
export const suitesOf = (families: readonly string[]): readonly Suite[] => [
  ...families.map(family => ({ name: family, nth: 16, cases: (read: Fixtures) => values(read, family) })),
  ...families.map(family => ({
    name: `gradients of ${family}`,
    nth: 24,
    cases: (read: Fixtures) => functionGradients(read, family),
  })),
  { name: 'gradients of gradients', nth: 24, cases: secondGradients },
  { name: 'modules', nth: 24, cases: moduleValues },
  { name: 'gradients of modules', nth: 24, cases: moduleGradients },
]

/** Of float64 there is nothing to compute: that it is refused is tested by `refused.test.ts`. */
const isSingle = (testCase: FunctionCase): boolean =>
  !JSON.stringify([testCase.args, testCase.named ?? {}, testCase.expected]).includes('float64') &&
  testCase.row !== 'double'

/**
 * Cases whose answer is the NaN of 0 * (g / 0). WGSL lets compilers assume that there are none, and they make g of `x * (g / x)`:
 * docs/webgpu.md says so.
 */
const isNaNOfWgsl = (testCase: FunctionCase): boolean =>
  testCase.row === 'kl_div' && JSON.stringify(testCase.args).includes('"values":[0,1]')

const singles = async (read: Fixtures, family: string): Promise<readonly FunctionCase[]> =>
  (await read<readonly FunctionCase[]>(`functions/${family}.json`)).filter(isSingle)

async function readAll(tensors: readonly (Tensor | null)[]): Promise<Map<Tensor | null, PlainTensor>> {
  const found = new Map<Tensor | null, PlainTensor>()
  for (const t of tensors) if (t !== null) found.set(t, await readPlain(t))
  return found
}

const tensorsIn = (result: unknown): readonly Tensor[] =>
  flat<unknown>(result).filter((t): t is Tensor => t instanceof Tensor)

/** The check, and that it leaves no buffer behind. */
async function withoutLeaks(check: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const live = (): number => getDevice('webgpu').stats().liveBuffers
  const before = live()
  const wrong = await check()
  const left = live() - before
  return left === 0 ? wrong : [...wrong, `${left} buffers are left behind`]
}

async function values(read: Fixtures, family: string): Promise<readonly SuiteCase[]> {
  const host: CaseHost<Tensor> = {
    builder: builderOf(getDevice('webgpu')),
    make: (shape, dtype, data) => onDevice({ shape, dtype, data }, 'webgpu'),
    read: () => {
      throw new TypeError('results are read before they are compared')
    },
  }
  return (await singles(read, family)).map(testCase => ({
    title: `${caseTitle(testCase)} #${testCase.seed}`,
    run: () =>
      withoutLeaks(async () => {
        const result = tidy(() => runCase(host, testCase))
        const found = await readAll(tensorsIn(result))
        for (const t of found.keys()) t!.dispose()
        return differences<Tensor>(x => found.get(x)!, result, testCase.expected, testCase.tol)
      }),
  }))
}

interface FunctionGradient {
  readonly seed: number
  readonly tol?: number
  readonly grads: readonly ExpectedGradient[] | null
  readonly only?: readonly number[]
}

async function functionGradients(read: Fixtures, family: string): Promise<readonly SuiteCase[]> {
  const bySeed = new Map((await singles(read, family)).map(c => [c.seed, c]))
  const expected = await read<readonly FunctionGradient[]>(`autograd/functions-${family}.json`)
  return expected.flatMap(({ seed, grads, only, tol = 0 }) => {
    const testCase = bySeed.get(seed)
    if (testCase === undefined || grads === null || isNaNOfWgsl(testCase)) return []
    const check = async (): Promise<readonly string[]> => {
      const leaves = tidy(() => {
        const run = runWithGradients(testCase, only, 'webgpu')
        backward(weightedSum(run.outputs))
        return run.leaves
      })
      const found = await readAll(leaves.map(leaf => leaf.grad))
      const wrong = leaves.flatMap((leaf, i) =>
        gradientDifferences(leaf, found.get(leaf.grad) ?? null, grads[i]!, Math.max(testCase.tol ?? 0, tol)),
      )
      for (const t of [...found.keys(), ...leaves]) t?.dispose()
      return wrong
    }
    return [{ title: `${caseTitle(testCase)} #${seed}`, run: () => withoutLeaks(check) }]
  })
}

interface SecondGradient {
  readonly family: string
  readonly seed: number
  readonly grads: readonly ExpectedGradient[]
}

async function secondGradients(read: Fixtures): Promise<readonly SuiteCase[]> {
  const expected = await read<readonly SecondGradient[]>('autograd/second.json')
  const families = new Map<string, readonly FunctionCase[]>()
  for (const { family } of expected)
    if (!families.has(family)) families.set(family, await singles(read, family))
  return expected.flatMap(({ family, seed, grads }) => {
    const testCase = families.get(family)!.find(c => c.seed === seed)
    if (testCase === undefined) return []
    const check = async (): Promise<readonly string[]> => {
      const { leaves, second } = tidy(() => {
        const run = runWithGradients(testCase, undefined, 'webgpu')
        const first = grad(weightedSum(run.outputs), run.leaves, { createGraph: true, allowUnused: true })
        const parts = first.flatMap(g => (g?.requiresGrad ? [weightedSum([g], 782)] : []))
        const total = parts.reduce((a, b) => F.add(a, b))
        return { leaves: run.leaves, second: grad(total, run.leaves, { allowUnused: true }) }
      })
      const found = await readAll(second)
      for (const t of [...found.keys(), ...leaves]) t?.dispose()
      return leaves.flatMap((leaf, i) =>
        gradientDifferences(leaf, found.get(second[i]!) ?? null, grads[i]!, 1e-4),
      )
    }
    return [{ title: `${caseTitle(testCase)} #${seed}`, run: () => withoutLeaks(check) }]
  })
}

/** The module of a case, made and run on WebGPU. */
function onWebGpu(testCase: ModuleCase, wrt?: readonly number[]): ReturnType<typeof runModule> {
  setDefaultDevice('webgpu')
  try {
    return runModule(testCase, wrt)
  } finally {
    setDefaultDevice('cpu')
  }
}

const moduleTitle = ({ name, args, mode }: ModuleCase): string =>
  `${name}(${JSON.stringify(args)}) in ${mode}`

async function moduleValues(read: Fixtures): Promise<readonly SuiteCase[]> {
  const cases = await read<readonly ModuleCase[]>('nn/forward.json')
  return cases.map(testCase => ({
    title: moduleTitle(testCase),
    run: async () => {
      const { module, out } = onWebGpu(testCase)
      if (out.length !== testCase.out.length)
        return [`there are ${out.length} results, not ${testCase.out.length}`]
      const buffers = new Map(module.namedBuffers().map(([key, cell]) => [key, cell.value]))
      const found = await readAll([...out, ...buffers.values()])
      const plain = (t: Tensor | null | undefined): PlainTensor | null => found.get(t ?? null) ?? null
      return [
        ...testCase.out.flatMap((theirs, i) => storedDifferences(`result ${i}`, plain(out[i]), theirs)),
        ...Object.entries(testCase.buffers).flatMap(([key, theirs]) =>
          storedDifferences(key, plain(buffers.get(key)), theirs),
        ),
      ]
    },
  }))
}

interface ModuleGradient {
  readonly case: number
  readonly wrt: readonly number[]
  readonly inputs: readonly ExpectedGradient[]
  readonly params: Readonly<Record<string, ExpectedGradient>>
}

async function moduleGradients(read: Fixtures): Promise<readonly SuiteCase[]> {
  const cases = await read<readonly ModuleCase[]>('nn/forward.json')
  const expected = await read<readonly ModuleGradient[]>('autograd/modules.json')
  return expected.map(want => ({
    title: moduleTitle(cases[want.case]!),
    run: async () => {
      const { module, leaves, out } = onWebGpu(cases[want.case]!, want.wrt)
      backward(weightedSum(tensorsIn(out)))
      const cells = new Map(module.namedParameters())
      const found = await readAll([...leaves, ...cells.values()].map(x => x.grad))
      const plain = (gradient: Tensor | null): PlainTensor | null => found.get(gradient) ?? null
      return [
        ...leaves.flatMap((leaf, i) =>
          gradientDifferences(leaf, plain(leaf.grad), want.inputs[i]!).map(text => `input ${i}: ${text}`),
        ),
        ...Object.entries(want.params).flatMap(([key, expectedGradient]) => {
          const cell = cells.get(key)!
          return gradientDifferences(cell.value, plain(cell.grad), expectedGradient).map(
            text => `${key}: ${text}`,
          )
        }),
      ]
    },
  }))
}
