/**
 * Sizes of dimensions. At run time a Dim is a number; the compiler also computes with symbolic ones (`N`, `H // 2 + 1`),
 * so that one shape rule serves both. Symbolic integers are polynomials over atoms, kept in a canonical form, so that
 * equal forms are equal values; what the form cannot decide is 'unknown'.
 */

export type Dim = number | Sym

/** A product of atoms: sorted keys, repeated for powers. The empty product is the constant term. */
interface Term {
  readonly coefficient: number
  readonly atoms: readonly Atom[]
}

/** What a polynomial is built of: a size variable, or an operation that no polynomial can express. */
export type Atom =
  | {
      readonly kind: 'var'
      readonly key: string
      readonly name: string
      readonly multiple: number
      readonly min: number
      readonly max: number
    }
  | {
      readonly kind: 'floordiv' | 'mod' | 'min' | 'max'
      readonly key: string
      readonly a: Dim
      readonly b: Dim
    }
  | {
      readonly kind: 'select'
      readonly key: string
      readonly condition: Condition
      readonly a: Dim
      readonly b: Dim
    }

/** A comparison of dims that the form cannot decide. */
export type Condition =
  | { readonly kind: 'compare'; readonly op: '<' | '<=' | '==' | '!='; readonly a: Dim; readonly b: Dim }
  | { readonly kind: 'not'; readonly a: Condition }
  | { readonly kind: 'and' | 'or'; readonly a: Condition; readonly b: Condition }

/** A symbolic integer that is not a constant. Immutable. */
export class Sym {
  readonly terms: readonly Term[]
  /** Canonical: two Syms are the same polynomial exactly if their keys are equal. */
  readonly key: string

  constructor(terms: readonly Term[]) {
    this.terms = terms
    this.key = terms.map(termKey).join('+')
  }

  toString(): string {
    return printDim(this)
  }
}

const termKey = (t: Term): string => `${t.coefficient}*${t.atoms.map(a => a.key).join('*')}`
const atomsKey = (atoms: readonly Atom[]): string => atoms.map(a => a.key).join('*')

/**
 * A size variable. `multipleOf` makes divisions exact (`H: { multiple_of: 32 }`); min and max bound it, inclusive.
 */
export function dimVariable(
  name: string,
  bounds: { min?: number; max?: number; multipleOf?: number } = {},
): Sym {
  const multiple = bounds.multipleOf ?? 1
  const atom: Atom = {
    kind: 'var',
    key: multiple === 1 ? name : `${name}/${multiple}`,
    name,
    multiple,
    min: Math.ceil((bounds.min ?? 1) / multiple),
    max: Math.floor((bounds.max ?? Number.POSITIVE_INFINITY) / multiple),
  }
  return new Sym([{ coefficient: multiple, atoms: [atom] }])
}

export const isSym = (d: Dim): d is Sym => typeof d !== 'number'

const termsOf = (d: Dim): readonly Term[] =>
  typeof d === 'number' ? (d === 0 ? [] : [{ coefficient: d, atoms: [] }]) : d.terms

function fromTerms(terms: Iterable<Term>): Dim {
  const sums = new Map<string, Term>()
  for (const term of terms) {
    const key = atomsKey(term.atoms)
    const old = sums.get(key)
    sums.set(key, old ? { coefficient: old.coefficient + term.coefficient, atoms: old.atoms } : term)
  }
  const kept = [...sums.entries()].filter(([, t]) => t.coefficient !== 0)
  if (kept.length === 0) return 0
  if (kept.length === 1 && kept[0]![0] === '') return kept[0]![1].coefficient
  kept.sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : a > b ? 1 : 0))
  return new Sym(kept.map(([, t]) => t))
}

const ofAtom = (atom: Atom): Sym => new Sym([{ coefficient: 1, atoms: [atom] }])

export function add(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  return fromTerms([...termsOf(a), ...termsOf(b)])
}

export function mul(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b
  const terms: Term[] = []
  for (const s of termsOf(a)) {
    for (const t of termsOf(b)) {
      const atoms = [...s.atoms, ...t.atoms].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0))
      terms.push({ coefficient: s.coefficient * t.coefficient, atoms })
    }
  }
  return fromTerms(terms)
}

export const neg = (a: Dim): Dim => mul(a, -1)
export const sub = (a: Dim, b: Dim): Dim => add(a, neg(b))

/** The product of all dims: the number of elements of a shape. */
export const product = (dims: readonly Dim[]): Dim => dims.reduce<Dim>(mul, 1)
export const sum = (dims: readonly Dim[]): Dim => dims.reduce<Dim>(add, 0)

/** Python's `a // b`: rounds towards minus infinity. Division by zero throws RangeError. */
export function floordiv(a: Dim, b: Dim): Dim {
  if (b === 0) throw new RangeError('division by zero')
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b)
  if (b === 1) return a
  if (b === -1) return neg(a)
  const exact = divideExactly(a, b)
  if (exact !== undefined) return exact
  if (typeof b === 'number' && b > 0) {
    // (q*b + r) // b = q + r // b: pull out what divides, then see whether bounds decide the rest.
    const { quotient, rest } = splitMultiples(a, b)
    const [lo, hi] = bounds(rest)
    if (lo > Number.NEGATIVE_INFINITY && Math.floor(lo / b) === Math.floor(hi / b))
      return add(quotient, Math.floor(lo / b))
    const inner = soleAtom(rest)
    // (x // m) // n = x // (m*n) for positive m and n.
    if (inner?.kind === 'floordiv' && typeof inner.b === 'number' && inner.b > 0) {
      return add(quotient, floordiv(inner.a, inner.b * b))
    }
    return add(quotient, ofAtom(operation('floordiv', rest, b)))
  }
  return ofAtom(operation('floordiv', a, b))
}

/** Python's `a % b`: the sign is b's. */
export function mod(a: Dim, b: Dim): Dim {
  if (b === 0) throw new RangeError('modulo by zero')
  if (typeof a === 'number' && typeof b === 'number') return a - b * Math.floor(a / b)
  if (b === 1 || b === -1) return 0
  if (divideExactly(a, b) !== undefined) return 0
  if (typeof b === 'number' && b > 0) {
    const { rest } = splitMultiples(a, b)
    const [lo, hi] = bounds(rest)
    if (lo >= 0 && hi < b) return rest
    if (typeof rest === 'number') return mod(rest, b)
    return ofAtom(operation('mod', rest, b))
  }
  return ofAtom(operation('mod', a, b))
}

export function min(a: Dim, b: Dim): Dim {
  const [lo, hi] = bounds(sub(a, b))
  if (hi <= 0) return a
  if (lo >= 0) return b
  const [x, y] = dimKey(a) <= dimKey(b) ? [a, b] : [b, a]
  return ofAtom(operation('min', x, y))
}

export function max(a: Dim, b: Dim): Dim {
  const [lo, hi] = bounds(sub(a, b))
  if (lo >= 0) return a
  if (hi <= 0) return b
  const [x, y] = dimKey(a) <= dimKey(b) ? [a, b] : [b, a]
  return ofAtom(operation('max', x, y))
}

/** `a if condition else b`. */
export function select(condition: Condition | boolean, a: Dim, b: Dim): Dim {
  if (typeof condition === 'boolean') return condition ? a : b
  if (dimKey(a) === dimKey(b)) return a
  return ofAtom({
    kind: 'select',
    key: `select(${conditionKey(condition)},${dimKey(a)},${dimKey(b)})`,
    condition,
    a,
    b,
  })
}

const operation = (kind: 'floordiv' | 'mod' | 'min' | 'max', a: Dim, b: Dim): Atom => ({
  kind,
  key: `${kind}(${dimKey(a)},${dimKey(b)})`,
  a,
  b,
})

/** Stable text that is equal exactly for dims of the same form. */
export const dimKey = (d: Dim): string => (typeof d === 'number' ? `${d}` : `(${d.key})`)

function soleAtom(d: Dim): Atom | undefined {
  if (typeof d === 'number' || d.terms.length !== 1) return undefined
  const term = d.terms[0]!
  return term.coefficient === 1 && term.atoms.length === 1 ? term.atoms[0] : undefined
}

/** a = quotient * b + rest, where every term of rest has a coefficient that b does not divide. */
function splitMultiples(a: Dim, b: number): { quotient: Dim; rest: Dim } {
  const quotient: Term[] = []
  const rest: Term[] = []
  for (const t of termsOf(a)) {
    const q = Math.floor(t.coefficient / b)
    const whole = t.atoms.length === 0 ? q : t.coefficient % b === 0 ? t.coefficient / b : 0
    if (whole !== 0) quotient.push({ coefficient: whole, atoms: t.atoms })
    if (t.coefficient !== whole * b) rest.push({ coefficient: t.coefficient - whole * b, atoms: t.atoms })
  }
  return { quotient: fromTerms(quotient), rest: fromTerms(rest) }
}

/** a / b where b is a single term that divides every term of a; else undefined. */
function divideExactly(a: Dim, b: Dim): Dim | undefined {
  const divisor = termsOf(b)
  if (divisor.length === 0) return undefined
  if (divisor.length > 1) return divideByMultiple(a, b)
  const d = divisor[0]!
  const out: Term[] = []
  for (const t of termsOf(a)) {
    if (t.coefficient % d.coefficient !== 0) return undefined
    const atoms = [...t.atoms]
    for (const atom of d.atoms) {
      const at = atoms.findIndex(x => x.key === atom.key)
      if (at < 0) return undefined
      atoms.splice(at, 1)
    }
    out.push({ coefficient: t.coefficient / d.coefficient, atoms })
  }
  return fromTerms(out)
}

/** Division by a polynomial of several terms: long division by its leading term; undefined where a remainder is left. */
function divideByMultiple(a: Dim, b: Dim): Dim | undefined {
  const lead = termsOf(b)[0]!
  let rest = a
  let quotient: Dim = 0
  for (let guard = 0; guard < 16 && rest !== 0; guard++) {
    const step = termsOf(rest)
      .map(t => divideExactly(fromTerms([t]), fromTerms([lead])))
      .find(q => q !== undefined)
    if (step === undefined) return undefined
    quotient = add(quotient, step)
    rest = sub(rest, mul(step, b))
  }
  return rest === 0 ? quotient : undefined
}

/** Inclusive bounds, infinite where nothing is known. */
export function bounds(d: Dim): readonly [number, number] {
  if (typeof d === 'number') return [d, d]
  let lo = 0
  let hi = 0
  for (const t of d.terms) {
    let range: readonly [number, number] = [1, 1]
    for (const atom of t.atoms) range = timesRange(range, atomBounds(atom))
    range = timesRange(range, [t.coefficient, t.coefficient])
    lo += range[0]
    hi += range[1]
  }
  return [lo, hi]
}

const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b)

function timesRange(a: readonly [number, number], b: readonly [number, number]): readonly [number, number] {
  const products = [times(a[0], b[0]), times(a[0], b[1]), times(a[1], b[0]), times(a[1], b[1])]
  return [Math.min(...products), Math.max(...products)]
}

function atomBounds(atom: Atom): readonly [number, number] {
  if (atom.kind === 'var') return [atom.min, atom.max]
  const [alo, ahi] = bounds(atom.a)
  const [blo, bhi] = bounds(atom.b)
  switch (atom.kind) {
    case 'floordiv': {
      if (blo <= 0) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      return [Math.floor(alo / (alo >= 0 ? bhi : blo)), Math.floor(ahi / (ahi >= 0 ? blo : bhi))].map(n =>
        Number.isNaN(n) ? 0 : n,
      ) as [number, number]
    }
    case 'mod':
      return blo > 0
        ? [0, alo >= 0 ? Math.min(ahi, bhi - 1) : bhi - 1]
        : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    case 'min':
      return [Math.min(alo, blo), Math.min(ahi, bhi)]
    case 'max':
      return [Math.max(alo, blo), Math.max(ahi, bhi)]
    case 'select':
      return [Math.min(alo, blo), Math.max(ahi, bhi)]
  }
}

/** -1, 0 or 1 where the order of a and b is the same for all values of their variables; else undefined. */
export function compare(a: Dim, b: Dim): -1 | 0 | 1 | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  const difference = sub(a, b)
  if (difference === 0) return 0
  const [lo, hi] = bounds(difference)
  if (lo > 0) return 1
  if (hi < 0) return -1
  return undefined
}

/** Whether two dims are the same size: for all values of the variables, for none, or for some. */
export function relation(a: Dim, b: Dim): 'equal' | 'different' | 'unknown' {
  const order = compare(a, b)
  if (order === 0) return 'equal'
  if (order !== undefined) return 'different'
  // No multiple of g differs from zero by less than g: 2*h + 1 never equals 2*w.
  const difference = sub(a, b) as Sym
  const constant = difference.terms.find(t => t.atoms.length === 0)?.coefficient ?? 0
  const divisor = difference.terms
    .filter(t => t.atoms.length > 0)
    .reduce((g, t) => gcd(g, Math.abs(t.coefficient)), 0)
  return divisor > 0 && constant % divisor !== 0 ? 'different' : 'unknown'
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** a op b, decided where it holds for all values or for none. */
export function condition(op: '<' | '<=' | '>' | '>=' | '==' | '!=', a: Dim, b: Dim): Condition | boolean {
  if (op === '>') return condition('<', b, a)
  if (op === '>=') return condition('<=', b, a)
  if (op === '==' || op === '!=') {
    const known = relation(a, b)
    if (known !== 'unknown') return (known === 'equal') === (op === '==')
    return { kind: 'compare', op, a, b }
  }
  const [lo, hi] = bounds(sub(a, b))
  if (op === '<' ? hi < 0 : hi <= 0) return true
  if (op === '<' ? lo >= 0 : lo > 0) return false
  return { kind: 'compare', op, a, b }
}

export function conditionKey(c: Condition): string {
  if (c.kind === 'not') return `!(${conditionKey(c.a)})`
  if (c.kind === 'compare') return `${dimKey(c.a)}${c.op}${dimKey(c.b)}`
  return `(${conditionKey(c.a)}) ${c.kind} (${conditionKey(c.b)})`
}

/** The value of a dim for given sizes of its variables. Throws RangeError for a variable that has none. */
export function evaluate(d: Dim, sizes: ReadonlyMap<string, number>): number {
  if (typeof d === 'number') return d
  let total = 0
  for (const t of d.terms) {
    total += t.atoms.reduce((product, atom) => product * evaluateAtom(atom, sizes), t.coefficient)
  }
  return total
}

function evaluateAtom(atom: Atom, sizes: ReadonlyMap<string, number>): number {
  switch (atom.kind) {
    case 'var': {
      const size = sizes.get(atom.name)
      if (size === undefined) throw new RangeError(`no size for dim ${atom.name}`)
      return size / atom.multiple
    }
    case 'floordiv':
      return floordiv(evaluate(atom.a, sizes), evaluate(atom.b, sizes)) as number
    case 'mod':
      return mod(evaluate(atom.a, sizes), evaluate(atom.b, sizes)) as number
    case 'min':
      return Math.min(evaluate(atom.a, sizes), evaluate(atom.b, sizes))
    case 'max':
      return Math.max(evaluate(atom.a, sizes), evaluate(atom.b, sizes))
    case 'select':
      return evaluate(evaluateCondition(atom.condition, sizes) ? atom.a : atom.b, sizes)
  }
}

export function evaluateCondition(c: Condition, sizes: ReadonlyMap<string, number>): boolean {
  switch (c.kind) {
    case 'not':
      return !evaluateCondition(c.a, sizes)
    case 'and':
      return evaluateCondition(c.a, sizes) && evaluateCondition(c.b, sizes)
    case 'or':
      return evaluateCondition(c.a, sizes) || evaluateCondition(c.b, sizes)
    case 'compare': {
      const a = evaluate(c.a, sizes)
      const b = evaluate(c.b, sizes)
      return c.op === '<' ? a < b : c.op === '<=' ? a <= b : c.op === '==' ? a === b : a !== b
    }
  }
}

type Variable = Extract<Atom, { readonly kind: 'var' }>

/** The size variables in a dim by name, in order of appearance. */
function variableAtoms(d: Dim): ReadonlyMap<string, Variable> {
  const found = new Map<string, Variable>()
  const visit = (x: Dim): void => {
    if (typeof x === 'number') return
    for (const t of x.terms) {
      for (const atom of t.atoms) {
        if (atom.kind === 'var') found.set(atom.name, atom)
        else {
          visit(atom.a)
          visit(atom.b)
          if (atom.kind === 'select') visitCondition(atom.condition)
        }
      }
    }
  }
  const visitCondition = (c: Condition): void => {
    if (c.kind === 'compare') {
      visit(c.a)
      visit(c.b)
    } else if (c.kind === 'not') visitCondition(c.a)
    else {
      visitCondition(c.a)
      visitCondition(c.b)
    }
  }
  visit(d)
  return found
}

/** Names of the size variables in a dim, in order of appearance. */
export const variablesOf = (d: Dim): ReadonlySet<string> => new Set(variableAtoms(d).keys())

/** What the sizes in a dim must be and are not: `H must be a multiple of 32`; null where all is well. */
export function boundsBroken(d: Dim, sizes: ReadonlyMap<string, number>): string | null {
  for (const { name, multiple, min, max } of variableAtoms(d).values()) {
    const size = sizes.get(name)
    if (size === undefined) continue
    if (size % multiple !== 0) return `${name} must be a multiple of ${multiple}, and is ${size}`
    // One is the least by default, but nothing keeps a batch from being empty.
    if (min > 1 && size < min * multiple) return `${name} must be at least ${min * multiple}, and is ${size}`
    if (size > max * multiple) return `${name} must be at most ${max * multiple}, and is ${size}`
  }
  return null
}

/** As an author would write it: `2*H + 1`, `(W - 1)//2 + 1`. */
export function printDim(d: Dim): string {
  if (typeof d === 'number') return `${d}`
  let text = ''
  for (const t of d.terms) {
    const printed = printTerm(t)
    if (text === '') text = printed
    else text += printed.startsWith('-') ? ` - ${printed.slice(1)}` : ` + ${printed}`
  }
  return text
}

function printTerm(t: Term): string {
  let coefficient = t.coefficient
  const factors = t.atoms.map(atom => {
    // 32*(H/32) is H again, where the coefficient allows it.
    if (atom.kind === 'var' && atom.multiple > 1 && coefficient % atom.multiple === 0) {
      coefficient /= atom.multiple
      return atom.name
    }
    return printAtom(atom)
  })
  const alone = coefficient === 1 && factors.length === 1
  // A division binds as a product does: 4*(h//2) is not 4*h//2.
  for (const [i, factor] of factors.entries()) {
    if (!alone && t.atoms[i]!.kind === 'floordiv') factors[i] = `(${factor})`
  }
  if (factors.length === 0) return `${coefficient}`
  if (coefficient === 1) return factors.join('*')
  if (coefficient === -1) return `-${factors.join('*')}`
  return `${coefficient}*${factors.join('*')}`
}

const parenthesised = (d: Dim): string => (/[ *]/.test(printDim(d)) ? `(${printDim(d)})` : printDim(d))

function printAtom(atom: Atom): string {
  switch (atom.kind) {
    case 'var':
      return atom.multiple === 1 ? atom.name : `(${atom.name}//${atom.multiple})`
    case 'floordiv':
      return `${parenthesised(atom.a)}//${parenthesised(atom.b)}`
    case 'mod':
      return `(${parenthesised(atom.a)} % ${parenthesised(atom.b)})`
    case 'min':
    case 'max':
      return `${atom.kind}(${printDim(atom.a)}, ${printDim(atom.b)})`
    case 'select':
      return `(${printDim(atom.a)} if ${printCondition(atom.condition)} else ${printDim(atom.b)})`
  }
}

export function printCondition(c: Condition): string {
  if (c.kind === 'compare') return `${printDim(c.a)} ${c.op} ${printDim(c.b)}`
  if (c.kind === 'not') return `not (${printCondition(c.a)})`
  return `(${printCondition(c.a)} ${c.kind} ${printCondition(c.b)})`
}

/** `[N, 3, H//2]`. */
export const printShape = (shape: readonly Dim[]): string => `[${shape.map(printDim).join(', ')}]`
