/** Where the local variables of a body are declared: at their first assignment if all uses are in reach of it, else at the top. */
import type { Block, Node, Statement } from '../../parse/python/ast.ts'
import { children } from '../../parse/python/visit.ts'
import { targetNames } from './comprehension.ts'

export interface Variable {
  /** The statement that declares it; null: the top of the body. */
  readonly declaredBy: Statement | null
  /** Assigned just once. */
  readonly constant: boolean
  /** Assigned in a loop or branch too: TypeScript does not know which of its kinds of values it has. */
  readonly inBranches: boolean
  /** Targets, for the type. */
  readonly targets: readonly Node[]
  /** Every mention: what a list or dict has come to hold. */
  readonly uses: readonly Node[]
}

interface Site {
  readonly statement: Statement
  /** The range in which a declaration at this statement is visible. */
  readonly reach: { readonly start: number; readonly end: number }
  readonly target: Node
}

/** `rebinds` gives the names that a statement gives new values without being an assignment to them: `x[i] = v`, `x.add_(y)`. */
export function variablesOf(
  body: Block,
  params: ReadonlySet<string>,
  rebinds: (statement: Statement) => readonly string[],
): ReadonlyMap<string, Variable> {
  const rebound = new Set<string>()
  const sites = new Map<string, Site[]>()
  const uses = new Map<string, Node[]>()
  const assign = (target: Node, statement: Statement, reach: Site['reach']): void => {
    for (const name of targetNames(target)) {
      if (params.has(name)) continue
      const list = sites.get(name) ?? []
      list.push({ statement, reach, target: nodeOf(target, name) })
      sites.set(name, list)
    }
  }
  const visitBlock = (block: Block): void => {
    const end = block.body.at(-1)?.range.end ?? block.range.end
    for (const statement of block.body) {
      const reach = { start: statement.range.start, end }
      for (const name of rebinds(statement)) rebound.add(name)
      if (statement.kind === 'Assign') {
        for (const t of statement.targets) assign(t, statement, reach)
      } else if (statement.kind === 'AugAssign') assign(statement.target, statement, reach)
      else if (statement.kind === 'For') {
        assign(statement.target, statement, { start: statement.range.start, end: statement.range.end })
        visitBlock(statement.body)
      } else if (statement.kind === 'If') {
        for (const b of statement.branches) visitBlock(b.body)
        if (statement.orelse !== undefined) visitBlock(statement.orelse)
      }
    }
  }
  visitBlock(body)
  const pending: Node[] = [body]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'Name') uses.set(node.id, [...(uses.get(node.id) ?? []), node])
    pending.push(...children(node))
  }
  const variables = new Map<string, Variable>()
  for (const [name, list] of sites) {
    const [first] = list
    const inReach = (uses.get(name) ?? []).every(
      u => u.range.start >= first!.reach.start && u.range.end <= first!.reach.end,
    )
    const declares = inReach && first!.statement.kind !== 'AugAssign'
    variables.set(name, {
      declaredBy: declares ? first!.statement : null,
      constant: declares && list.length === 1 && !rebound.has(name),
      inBranches: list.some(s => s.reach.end !== first!.reach.end),
      targets: list.map(s => s.target),
      uses: uses.get(name) ?? [],
    })
  }
  return variables
}

/** The Name node of a target pattern. */
function nodeOf(target: Node, name: string): Node {
  if (target.kind === 'Name' && target.id === name) return target
  return (
    children(target)
      .map(c => nodeOf(c, name))
      .find(n => n.kind === 'Name' && n.id === name) ?? target
  )
}
