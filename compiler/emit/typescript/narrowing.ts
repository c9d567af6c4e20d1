/**
 * Where TypeScript itself knows that something which may be null is there: after `if (x !== null)`, after an assignment. At all
 * other mentions that evaluation never saw absent, generated code says so with `!`.
 */
import type { Block, Expression, Node, Statement, Target } from '../../parse/python/ast.ts'
import { boundNames, children } from '../../parse/python/visit.ts'
import type { Observations } from '../observations.ts'
import { members } from '../observed-type.ts'

/** Locals by name, members as `self.NAME`. */
type Known = ReadonlySet<string>

const NOTHING: Known = new Set()

/** The mentions in a body that TypeScript narrows. `nullable` are locals that may be None; `isMember` tells members from locals. */
export function narrowedIn(
  block: Block,
  seen: Observations,
  nullable: ReadonlySet<string>,
  isMember: (name: string) => boolean,
): ReadonlySet<Node> {
  const found = new Set<Node>()
  new Walk(found, seen, nullable, isMember).block(block, NOTHING)
  return found
}

class Walk {
  readonly #found: Set<Node>
  readonly #seen: Observations
  readonly #nullable: ReadonlySet<string>
  readonly #isMember: (name: string) => boolean

  constructor(
    found: Set<Node>,
    seen: Observations,
    nullable: ReadonlySet<string>,
    isMember: (name: string) => boolean,
  ) {
    this.#found = found
    this.#seen = seen
    this.#nullable = nullable
    this.#isMember = isMember
  }

  /** What is known behind the block; null where its end is never reached. */
  block(block: Block, before: Known): Known | null {
    let known: Known | null = before
    for (const statement of block.body) {
      if (known === null) return null
      known = this.#statement(statement, known)
    }
    return known
  }

  #statement(statement: Statement, known: Known): Known | null {
    switch (statement.kind) {
      case 'Assign': {
        this.#visit(statement.value, known)
        const certain = this.#isCertain(statement.value, known)
        return statement.targets.reduce((k, t) => this.#assigned(t, k, certain), known)
      }
      case 'AugAssign':
        this.#visit(statement.target, known)
        this.#visit(statement.value, known)
        return this.#assigned(statement.target, known, true)
      case 'If':
        return this.#if(statement, known)
      case 'For': {
        this.#visit(statement.iter, known)
        const kept = without(
          known,
          uncertain(statement, e => this.#isCertain(e, NOTHING)),
        )
        this.block(statement.body, kept)
        return kept
      }
      case 'Return':
      case 'Raise':
      case 'Break':
      case 'Continue':
        for (const child of children(statement)) this.#visit(child, known)
        return null
      default:
        for (const child of children(statement)) this.#visit(child, known)
        return known
    }
  }

  #if(statement: Statement & { kind: 'If' }, before: Known): Known | null {
    let known = before
    const ends: (Known | null)[] = []
    for (const { test, body } of statement.branches) {
      this.#visit(test, known)
      ends.push(this.block(body, union(known, this.#facts(test, true))))
      known = union(known, this.#facts(test, false))
    }
    ends.push(statement.orelse === undefined ? known : this.block(statement.orelse, known))
    const reached = ends.filter(e => e !== null)
    const [first, ...others] = reached
    return first === undefined ? null : new Set([...first].filter(name => others.every(o => o.has(name))))
  }

  #assigned(target: Target | Node, known: Known, certain: boolean): Known {
    if (target.kind === 'Name') return certain ? union(known, [target.id]) : without(known, [target.id])
    if (target.kind === 'Tuple' || target.kind === 'List')
      return target.elements.reduce((k, t) => this.#assigned(t, k, false), known)
    this.#visit(target, known)
    return known
  }

  /** What holds where a condition is true, or false. */
  #facts(test: Expression, outcome: boolean): string[] {
    if (test.kind === 'Unary' && test.op === 'not') return this.#facts(test.operand, !outcome)
    if (test.kind === 'BoolOp')
      return (test.op === 'and') === outcome ? test.values.flatMap(v => this.#facts(v, outcome)) : []
    if (test.kind === 'Compare') {
      const [op] = test.ops
      const [right] = test.comparators
      if (test.ops.length !== 1 || right?.kind !== 'None') return []
      const isThere = op === 'is not' || op === '!='
      if (!isThere && op !== 'is' && op !== '==') return []
      return isThere === outcome ? this.#keys(test.left) : []
    }
    // As a condition, what is a tensor, a module or None is compared with null; all else goes through py.truth.
    const type = this.#seen.typeOf(test)
    const compared = type === null || members(type).every(t => ['tensor', 'module', 'null'].includes(t.kind))
    return outcome && compared ? this.#keys(test) : []
  }

  #keys(node: Expression): string[] {
    if (node.kind === 'Name') return [this.#isMember(node.id) ? `self.${node.id}` : node.id]
    if (node.kind === 'Attribute' && node.value.kind === 'Name' && node.value.id === 'self')
      return [`self.${node.attr}`]
    return []
  }

  #visit(node: Node, known: Known): void {
    if (node.kind === 'IfExp') {
      this.#visit(node.test, known)
      this.#visit(node.body, union(known, this.#facts(node.test, true)))
      this.#visit(node.orelse, union(known, this.#facts(node.test, false)))
      return
    }
    if (node.kind === 'BoolOp') {
      let inner = known
      for (const value of node.values) {
        this.#visit(value, inner)
        inner = union(inner, this.#facts(value, node.op === 'and'))
      }
      return
    }
    // Callbacks do not see what their surroundings know.
    const inside = node.kind === 'ListComp' ? NOTHING : known
    if (node.kind === 'Name' || node.kind === 'Attribute') {
      if (this.#keys(node).some(key => inside.has(key))) this.#found.add(node)
    }
    for (const child of children(node)) this.#visit(child, inside)
  }

  /** Whether the type that TypeScript gives an expression has no null: said only where that is plain. */
  #isCertain(node: Expression, known: Known): boolean {
    switch (node.kind) {
      case 'None':
      case 'Error':
        return false
      case 'Name':
        return known.has(node.id) || !this.#nullable.has(node.id)
      case 'IfExp':
        return (
          this.#isCertain(node.body, union(known, this.#facts(node.test, true))) &&
          this.#isCertain(node.orelse, union(known, this.#facts(node.test, false)))
        )
      case 'Attribute':
      case 'Subscript':
      case 'BoolOp':
        return this.#seen.rowOf(node) !== null
      case 'Call': {
        if (this.#seen.rowOf(node) !== null) return true
        const callee = this.#seen.typeOf(node.func)
        return (
          callee?.kind === 'module' && callee.module.row !== null && callee.module.row.returns !== 'attention'
        )
      }
      default:
        return true
    }
  }
}

const union = (a: Known, b: Iterable<string>): Known => new Set([...a, ...b])

const without = (a: Known, b: Iterable<string>): Known => {
  const gone = new Set(b)
  return new Set([...a].filter(name => !gone.has(name)))
}

/** Names that a loop's body may leave without a value that is certain. */
function uncertain(node: Node, isCertain: (value: Expression) => boolean): string[] {
  const own =
    node.kind === 'Assign'
      ? node.targets.flatMap(t => (t.kind === 'Name' && isCertain(node.value) ? [] : boundNames(t)))
      : node.kind === 'For'
        ? boundNames(node.target)
        : []
  return [...own, ...children(node).flatMap(child => uncertain(child, isCertain))]
}
