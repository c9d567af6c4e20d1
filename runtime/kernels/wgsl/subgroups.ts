/**
 * Values of all invocations of a workgroup combined by subgroups, the lanes that the hardware runs together, however many: each
 * subgroup combines its own, then every invocation combines the subgroups' results, in the order of their numbers.
 */
import type { BinaryOp, ScalarType } from '../ir.ts'
import type { HelperSet } from './helpers.ts'

/** Directives and parameters of the entry point that the code below needs. */
export const SUBGROUP_DIRECTIVES = ['enable subgroups;', 'requires subgroup_id;']
export const SUBGROUP_PARAMETERS =
  '@builtin(subgroup_id) subgroup: u32, @builtin(num_subgroups) subgroups: u32, @builtin(subgroup_invocation_id) lane: u32'

const NUMBERS: Readonly<Partial<Record<BinaryOp, string>>> = {
  add: 'subgroupAdd',
  mul: 'subgroupMul',
  min: 'subgroupMin',
  max: 'subgroupMax',
}
const INTEGERS: typeof NUMBERS = { ...NUMBERS, and: 'subgroupAnd', or: 'subgroupOr' }
const BOOLEANS: typeof NUMBERS = { and: 'subgroupAll', or: 'subgroupAny' }

function functionOf(op: BinaryOp, type: ScalarType): string | undefined {
  if (type === 'bool') return BOOLEANS[op]
  return type === 'i32' ? INTEGERS[op] : type === 'f32' ? NUMBERS[op] : undefined
}

/** True of what subgroups can combine. */
export function hasSubgroupFunction(op: BinaryOp, type: ScalarType): boolean {
  return functionOf(op, type) !== undefined
}

/** The value of all lanes of a subgroup, combined. */
function acrossLanes(op: BinaryOp, type: ScalarType, value: string, helpers: HelperSet): string {
  const all = `${functionOf(op, type)}(${value})`
  if (type !== 'f32' || (op !== 'min' && op !== 'max')) return all
  // WGSL lets extremes pass over NaN.
  return `select(${all}, ${helpers.use('f32_nan')}(), subgroupAny(${helpers.use('f32_is_nan')}(${value})))`
}

/**
 * Lines after which a variable has, in all invocations, what they all had, combined.
 * @param parts a shared array with a place for each subgroup
 * @param combine the combination of two values
 */
export function subgroupLines(
  { op, type, variable, parts }: { op: BinaryOp; type: ScalarType; variable: string; parts: string },
  combine: (a: string, b: string) => string,
  helpers: HelperSet,
): readonly string[] {
  return [
    `${variable} = ${acrossLanes(op, type, variable, helpers)};`,
    `if (lane == 0u) { ${parts}[subgroup] = ${variable}; }`,
    'workgroupBarrier();',
    `${variable} = ${parts}[0];`,
    `for (var other = 1u; other < subgroups; other++) { ${variable} = ${combine(variable, `${parts}[other]`)}; }`,
    // Nobody begins to combine something else before all have read the parts.
    'workgroupBarrier();',
  ]
}
