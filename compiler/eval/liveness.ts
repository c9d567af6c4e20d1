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

/** A variable, and which of its items do not matter: of `outputs`, `outputs[1]` does not where `outputs[0]` has changed. */
interface Watched {
  readonly name: string
  readonly isOther: (item: string | number) => boolean
}

const contains = (outer: Node, inner: Node): boolean =>
  outer.range.start <= inner.range.start && inner.range.end <= outer.range.end

/**
 * Whether `name` may be read after the evaluation of `at`, a node of `body`, before it has a new value.
 * @param isOther says of an item under a literal index or key that it does not count
 */
export function isReadLater(
  body: Block,
  name: string,
  at: Node,
  isOther: (item: string | number) => boolean,
): boolean {
  return after(body.body, { name, isOther }, at).reads
}

function mentions(node: Node, of: Watched): boolean {
  if (node.kind === 'Name') return node.id === of.name
  if (node.kind === 'Subscript' && node.value.kind === 'Name' && node.value.id === of.name) {
    const { index } = node
    if ((index.kind === 'Int' || index.kind === 'Str') && of.isOther(index.value)) return false
  }
  return children(node).some(child => mentions(child, of))
}

function assigns(target: Target, of: Watched): boolean {
  switch (target.kind) {
    case 'Name':
      return target.id === of.name
    case 'Tuple':
    case 'List':
      return target.elements.some(e => assigns(e as Target, of))
    case 'Starred':
      return assigns(target.value as Target, of)
    default:
      return false
  }
}

/** `x[i] = v` reads x, `x = v` does not. */
function readsAsTarget(target: Target, of: Watched): boolean {
  switch (target.kind) {
    case 'Name':
      return false
    case 'Tuple':
    case 'List':
      return target.elements.some(e => readsAsTarget(e as Target, of))
    case 'Starred':
      return readsAsTarget(target.value as Target, of)
    default:
      return mentions(target, of)
  }
}

/** The statements from their beginning. */
function sequence(statements: readonly Statement[], of: Watched): Paths {
  let all = FALLS
  for (const statement of statements) {
    if (!all.falls) break
    all = either({ ...all, falls: false }, whole(statement, of))
  }
  return all
}

function whole(statement: Statement, of: Watched): Paths {
  switch (statement.kind) {
    case 'Assign':
      if (mentions(statement.value, of)) return READS
      return assignment(statement.targets, of)
    case 'Return':
    case 'Raise':
      return paths({ reads: statement.value !== undefined && mentions(statement.value, of) })
    case 'Break':
      return paths({ breaks: true })
    case 'Continue':
      return paths({ continues: true })
    case 'Delete':
      return paths({ falls: !statement.names.some(n => n.id === of.name) })
    case 'If': {
      let all = statement.orelse === undefined ? FALLS : sequence(statement.orelse.body, of)
      for (const { test, body } of statement.branches)
        all = either(all, mentions(test, of) ? READS : sequence(body.body, of))
      return all
    }
    case 'For':
      return mentions(statement.iter, of) ? READS : either(FALLS, rounds(statement, of))
    default:
      return mentions(statement, of) ? READS : FALLS
  }
}

/** From one target to the next: of `x = y[0] = v`, x comes first. */
function assignment(targets: readonly Target[], of: Watched): Paths {
  if (targets.some(t => readsAsTarget(t, of))) return READS
  return paths({ falls: !targets.some(t => assigns(t, of)) })
}

/** Rounds of a loop from the beginning of one, as the statement that contains them sees them. */
function rounds(loop: Statement & { kind: 'For' }, of: Watched): Paths {
  if (readsAsTarget(loop.target, of)) return READS
  if (assigns(loop.target, of)) return FALLS
  const body = sequence(loop.body.body, of)
  return paths({ reads: body.reads, falls: body.falls || body.breaks || body.continues })
}

/** The statements from the moment when `at`, inside one of them, has been evaluated. */
function after(statements: readonly Statement[], of: Watched, at: Node): Paths {
  const index = statements.findIndex(s => contains(s, at))
  if (index < 0) return paths({})
  const rest = within(statements[index]!, of, at)
  if (!rest.falls) return rest
  return either({ ...rest, falls: false }, sequence(statements.slice(index + 1), of))
}

function within(statement: Statement, of: Watched, at: Node): Paths {
  if (statement === at) return FALLS
  switch (statement.kind) {
    case 'If': {
      const branch = statement.branches.findIndex(b => contains(b.body, at))
      if (branch >= 0) return after(statement.branches[branch]!.body.body, of, at)
      if (statement.orelse !== undefined && contains(statement.orelse, at))
        return after(statement.orelse.body, of, at)
      return whole(statement, of)
    }
    case 'For': {
      if (!contains(statement.body, at)) return either(FALLS, rounds(statement, of))
      const round = after(statement.body.body, of, at)
      const left = paths({ reads: round.reads, falls: round.falls || round.breaks || round.continues })
      return round.falls || round.continues ? either(left, rounds(statement, of)) : left
    }
    case 'Assign': {
      // Of `x[i] = v` with at = x[i], the value has been computed.
      if (statement.targets.some(t => contains(t, at))) return FALLS
      return pending(statement.value, of, at) ? READS : assignment(statement.targets, of)
    }
    case 'Return':
    case 'Raise':
      return paths({ reads: statement.value !== undefined && pending(statement.value, of, at) })
    default:
      return pending(statement, of, at) ? READS : FALLS
  }
}

/** Reads in an expression around `at` that come after it. Values that were read before it, evaluation holds. */
function pending(node: Node, of: Watched, at: Node): boolean {
  if (node === at) return false
  return children(node).some(child =>
    contains(child, at) ? pending(child, of, at) : child.range.start >= at.range.end && mentions(child, of),
  )
}
