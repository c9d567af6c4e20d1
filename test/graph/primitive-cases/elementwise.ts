/** Cases of the primitives that compute each element from those at the same place. */
import { DTYPES, isFloat } from '../../../runtime/ops/dtype.ts'
import {
  ARITHMETIC,
  type ArithmeticOp,
  type Attrs,
  COMPARISON,
  type ComparisonOp,
  UNARY,
  type UnaryOp,
} from '../../../runtime/ops/primitives.ts'
import { sample, type Tolerance } from '../../support/device-check.ts'
import { plain } from '../../support/plain-tensor.ts'
import { type Case, type Cases, FLOATS, INTEGERS, SHAPES } from './case.ts'

const EDGES = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-4, 30, -30, 88, NaN, Infinity, -Infinity]

const INTEGER_UNARY: ReadonlySet<UnaryOp> = new Set(['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc'])

/** Far from zero these lose digits where the operand does, or are steep. */
const LOOSE: Partial<Record<UnaryOp, Tolerance>> = {
  tan: { relative: 2e-5, absolute: 1e-6 },
  lgamma: { relative: 1e-5, absolute: 1e-6 },
  digamma: { relative: 1e-5, absolute: 1e-6 },
  erfinv: { relative: 1e-5, absolute: 1e-6 },
  sinh: { relative: 2e-5, absolute: 1e-6 },
  cosh: { relative: 2e-5, absolute: 1e-6 },
  exp: { relative: 1e-5, absolute: 1e-6 },
  exp2: { relative: 1e-5, absolute: 1e-6 },
  expm1: { relative: 1e-5, absolute: 1e-6 },
  erfc: { relative: 1e-4, absolute: 1e-7 },
}

function unaryCases(op: UnaryOp): Case<Attrs[UnaryOp]>[] {
  if (op === 'not') {
    return [...INTEGERS, 'bool' as const].map(dtype => ({
      about: dtype,
      inputs: [sample([3, 5], dtype)],
      attrs: {},
    }))
  }
  const loose = LOOSE[op]
  const cases: Case<Attrs[UnaryOp]>[] = [
    ...SHAPES.map(shape => ({
      about: `float32[${shape}]`,
      inputs: [sample(shape)],
      attrs: {},
      ...(loose && { tolerance: loose }),
    })),
    { about: 'edge values', inputs: [plain(EDGES)], attrs: {}, ...(loose && { tolerance: loose }) },
    ...FLOATS.filter(d => d !== 'float32').map(dtype => ({
      about: dtype,
      inputs: [sample([17], dtype)],
      attrs: {},
      ...(dtype === 'float64' && { tolerance: { relative: 1e-9, absolute: 1e-10 } }),
    })),
  ]
  if (INTEGER_UNARY.has(op))
    for (const dtype of INTEGERS) cases.push({ about: dtype, inputs: [sample([9], dtype)], attrs: {} })
  return cases
}

const INTEGER_ONLY: ReadonlySet<ArithmeticOp> = new Set(['and', 'or', 'xor', 'shl', 'shr'])

function arithmeticCases(op: ArithmeticOp): Case<Attrs[ArithmeticOp]>[] {
  const cases: Case<Attrs[ArithmeticOp]>[] = []
  if (!INTEGER_ONLY.has(op)) {
    for (const shape of SHAPES)
      cases.push({
        about: `float32[${shape}]`,
        inputs: [sample(shape), sample(shape, 'float32', 2)],
        attrs: {},
      })
    const pairs = EDGES.flatMap(a => EDGES.map(b => [a, b] as const))
    cases.push({
      about: 'edge values',
      inputs: [plain(pairs.map(p => p[0])), plain(pairs.map(p => p[1]))],
      attrs: {},
      tolerance: { relative: 1e-5, absolute: 1e-6 },
    })
    for (const dtype of FLOATS)
      cases.push({ about: dtype, inputs: [sample([17], dtype), sample([17], dtype, 3)], attrs: {} })
  }
  if (op !== 'atan2') {
    for (const dtype of INTEGERS)
      cases.push({ about: dtype, inputs: [sample([19], dtype), sample([19], dtype, 4)], attrs: {} })
  }
  if (op === 'and' || op === 'or' || op === 'xor' || op === 'add' || op === 'mul')
    cases.push({ about: 'bool', inputs: [sample([11], 'bool'), sample([11], 'bool', 5)], attrs: {} })
  return cases
}

function comparisonCases(): Case<Attrs[ComparisonOp]>[] {
  const pairs = EDGES.flatMap(a => EDGES.map(b => [a, b] as const))
  return [
    { about: 'edge values', inputs: [plain(pairs.map(p => p[0])), plain(pairs.map(p => p[1]))], attrs: {} },
    ...DTYPES.map(dtype => ({
      about: dtype,
      inputs: [sample([3, 7], dtype), sample([3, 7], dtype, 6)],
      attrs: {},
    })),
    ...SHAPES.map(shape => ({
      about: `[${shape}]`,
      inputs: [sample(shape), sample(shape)],
      attrs: {},
    })),
  ]
}

export const elementwise: Cases<UnaryOp | ArithmeticOp | ComparisonOp | 'where' | 'cast'> = {
  ...(Object.fromEntries(UNARY.map(op => [op, unaryCases(op)])) as { [P in UnaryOp]: Case<Attrs[P]>[] }),
  ...(Object.fromEntries(ARITHMETIC.map(op => [op, arithmeticCases(op)])) as {
    [P in ArithmeticOp]: Case<Attrs[P]>[]
  }),
  ...(Object.fromEntries(COMPARISON.map(op => [op, comparisonCases()])) as {
    [P in ComparisonOp]: Case<Attrs[ComparisonOp]>[]
  }),
  where: SHAPES.map(shape => ({
    about: `[${shape}]`,
    inputs: [sample(shape, 'bool'), sample(shape), sample(shape, 'float32', 2)],
    attrs: {},
  })),
  cast: DTYPES.flatMap(from =>
    DTYPES.map(to => ({
      about: `${from} to ${to}`,
      inputs: [isFloat(from) ? plain([0, 1.5, -1.5, 2.5, 100.7, -3, 0.3], from) : sample([7], from)],
      attrs: { dtype: to },
    })),
  ),
}
