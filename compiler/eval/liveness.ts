/** Whether a variable may still be read: liveness over the syntax tree of one body, both sides of every `if` taken for possible. */
import type { Block, Node, Statement, Target } from '../parse/python/ast.ts'
import { children } from '../parse/python/visit.ts'

/** How a stretch of statements treats a variable that still has its old value. */
interface Paths {
  /** Some path reads the old value. */
  readonly reads: boolean
  /** Some path comes to the end with the old value. */
  readonly falls: boolean
  /** Some path leaves the innermost loop by `break` with the old value. */
  readonly breaks: boolean
  /** Some path goes on with the next round of the loop with the old value. */
  readonly continues: boolean
}

const paths = (given: Partial<Paths>): Paths => ({
  reads: false,
  falls: false,
  breaks: false,
  continues: false,
  ...given,
})
const READS = paths({ reads: true })
const FALLS = paths({ falls: true })

const either = (a: Paths, b: Paths): Paths => ({
  reads: a.reads || b.reads,
  falls: a.falls || b.falls,
  breaks: a.breaks || b.breaks,
  continues: a.continues || b.continues,
})

const contains = (outer: Node, inner: Node): boolean =>
  outer.range.start <= inner.range.start && inner.range.end <= outer.range.end

/** Whether `name` may be read after the evaluation of `at`, a node of `body`, before it has a new value. */
export function isReadLater(body: Block, name: string, at: Node): boolean {
  return after(body.body, name, at).reads
}

function mentions(node: Node, name: string): boolean {
  return node.kind === 'Name' ? node.id === name : children(node).some(child => mentions(child, name))
}

function assigns(target: Target, name: string): boolean {
  switch (target.kind) {
    case 'Name':
      return target.id === name
    case 'Tuple':
    case 'List':
      return target.elements.some(e => assigns(e as Target, name))
    case 'Starred':
      return assigns(target.value as Target, name)
    default:
      return false
  }
}

/** `x[i] = v` reads x, `x = v` does not. */
function readsAsTarget(target: Target, name: string): boolean {
  switch (target.kind) {
    case 'Name':
      return false
    case 'Tuple':
    case 'List':
      return target.elements.some(e => readsAsTarget(e as Target, name))
    case 'Starred':
      return readsAsTarget(target.value as Target, name)
    default:
      return mentions(target, name)
  }
}

/** The statements from their beginning. */
function sequence(statements: readonly Statement[], name: string): Paths {
  let all = FALLS
  for (const statement of statements) {
    if (!all.falls) break
    all = either({ ...all, falls: false }, whole(statement, name))
  }
  return all
}

function whole(statement: Statement, name: string): Paths {
  switch (statement.kind) {
    case 'Assign':
      if (mentions(statement.value, name)) return READS
      return assignment(statement.targets, name)
    case 'Return':
    case 'Raise':
      return paths({ reads: statement.value !== undefined && mentions(statement.value, name) })
    case 'Break':
      return paths({ breaks: true })
    case 'Continue':
      return paths({ continues: true })
    case 'Delete':
      return paths({ falls: !statement.names.some(n => n.id === name) })
    case 'If': {
      let all = statement.orelse === undefined ? FALLS : sequence(statement.orelse.body, name)
      for (const { test, body } of statement.branches)
        all = either(all, mentions(test, name) ? READS : sequence(body.body, name))
      return all
    }
    case 'For':
      return mentions(statement.iter, name) ? READS : either(FALLS, rounds(statement, name))
    default:
      return mentions(statement, name) ? READS : FALLS
  }
}

/** From one target to the next: of `x = y[0] = v`, x comes first. */
function assignment(targets: readonly Target[], name: string): Paths {
  if (targets.some(t => readsAsTarget(t, name))) return READS
  return paths({ falls: !targets.some(t => assigns(t, name)) })
}

/** Rounds of a loop from the beginning of one, as the statement that contains them sees them. */
function rounds(loop: Statement & { kind: 'For' }, name: string): Paths {
  if (readsAsTarget(loop.target, name)) return READS
  if (assigns(loop.target, name)) return FALLS
  const body = sequence(loop.body.body, name)
  return paths({ reads: body.reads, falls: body.falls || body.breaks || body.continues })
}

/** The statements from the moment when `at`, inside one of them, has been evaluated. */
function after(statements: readonly Statement[], name: string, at: Node): Paths {
  const index = statements.findIndex(s => contains(s, at))
  if (index < 0) return paths({})
  const rest = within(statements[index]!, name, at)
  if (!rest.falls) return rest
  return either({ ...rest, falls: false }, sequence(statements.slice(index + 1), name))
}

function within(statement: Statement, name: string, at: Node): Paths {
  if (statement === at) return FALLS
  switch (statement.kind) {
    case 'If': {
      const branch = statement.branches.findIndex(b => contains(b.body, at))
      if (branch >= 0) return after(statement.branches[branch]!.body.body, name, at)
      if (statement.orelse !== undefined && contains(statement.orelse, at))
        return after(statement.orelse.body, name, at)
      return whole(statement, name)
    }
    case 'For': {
      if (!contains(statement.body, at)) return either(FALLS, rounds(statement, name))
      const round = after(statement.body.body, name, at)
      const left = paths({ reads: round.reads, falls: round.falls || round.breaks || round.continues })
      return round.falls || round.continues ? either(left, rounds(statement, name)) : left
    }
    case 'Assign': {
      // Of `x[i] = v` with at = x[i], the value has been computed.
      if (statement.targets.some(t => contains(t, at))) return FALLS
      return pending(statement.value, name, at) ? READS : assignment(statement.targets, name)
    }
    case 'Return':
    case 'Raise':
      return paths({ reads: statement.value !== undefined && pending(statement.value, name, at) })
    default:
      return pending(statement, name, at) ? READS : FALLS
  }
}

/** Reads in an expression around `at` that come after it. Values that were read before it, evaluation holds. */
function pending(node: Node, name: string, at: Node): boolean {
  if (node === at) return false
  return children(node).some(child =>
    contains(child, at)
      ? pending(child, name, at)
      : child.range.start >= at.range.end && mentions(child, name),
  )
}
