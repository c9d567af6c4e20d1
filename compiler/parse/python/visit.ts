/** Generic traversal of the syntax tree. */
import type { Block, Node, Target } from './ast.ts'

const maybe = <T>(node: T | undefined): readonly T[] => (node === undefined ? [] : [node])

/** The direct children of a node, in order of their position in the text. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'Name':
    case 'Int':
    case 'Float':
    case 'Str':
    case 'Bool':
    case 'None':
    case 'Ellipsis':
    case 'Pass':
    case 'Break':
    case 'Continue':
    case 'Wildcard':
      return []
    case 'Error':
      return node.children
    case 'JoinedStr':
      return node.parts.filter(part => typeof part !== 'string')
    case 'FormattedValue':
      return [node.value, ...maybe(node.spec)]
    case 'Tuple':
    case 'List':
      return node.elements
    case 'Dict':
      return node.entries.flatMap(entry => [entry.key, entry.value])
    case 'Unary':
      return [node.operand]
    case 'Binary':
      return [node.left, node.right]
    case 'BoolOp':
      return node.values
    case 'Compare':
      return [node.left, ...node.comparators]
    case 'IfExp':
      return [node.body, node.test, node.orelse]
    case 'Attribute':
    case 'Starred':
    case 'Keyword':
    case 'Expr':
      return [node.value]
    case 'Subscript':
      return [node.value, node.index]
    case 'Slice':
      return [...maybe(node.lower), ...maybe(node.upper), ...maybe(node.step)]
    case 'Call':
      return [node.func, ...[...node.args, ...node.keywords].sort((a, b) => a.range.start - b.range.start)]
    case 'ListComp':
      return [...maybe(node.key), node.element, ...node.generators]
    case 'Comprehension':
      return [node.target, node.iter, ...node.ifs]
    case 'Assign':
      return [...node.targets, node.value]
    case 'AugAssign':
      return [node.target, node.value]
    case 'Return':
    case 'Raise':
      return maybe(node.value)
    case 'If':
      return [...node.branches.flatMap(branch => [branch.test, branch.body]), ...maybe(node.orelse)]
    case 'For':
      return [node.target, node.iter, node.body]
    case 'Assert':
      return [node.test, ...maybe(node.message)]
    case 'Delete':
      return node.names
    case 'Block':
      return [...maybe(node.header), ...node.body]
    case 'FunctionDef':
      return [node.header, node.body]
    case 'Header':
      return [...node.params, ...maybe(node.returns)]
    case 'Param':
      return [...maybe(node.annotation), ...maybe(node.default)]
    case 'TypeExpr':
      return node.args
    case 'TypedName':
      return [node.type, ...maybe(node.default)]
  }
}

/** The names that an assignment to `target` binds: those of nested tuples and lists, not of attributes and items. */
export function boundNames(target: Target): readonly string[] {
  switch (target.kind) {
    case 'Name':
      return [target.id]
    case 'Tuple':
    case 'List':
      return target.elements.flatMap(element => boundNames(element as Target))
    case 'Starred':
      return boundNames(target.value as Target)
    case 'Error':
      return target.binds
    default:
      return []
  }
}

/**
 * Names that are local to a body, by Python's rule: those assigned (or deleted) anywhere in it. Targets of
 * comprehensions are not, they have a scope of their own; params of the header are not either.
 */
export function assignedNames(block: Block): Set<string> {
  const names = new Set<string>()
  const add = (found: readonly string[]) => {
    for (const name of found) names.add(name)
  }
  const pending: Node[] = [...block.body]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'Assign') for (const target of node.targets) add(boundNames(target))
    else if (node.kind === 'AugAssign' || node.kind === 'For') add(boundNames(node.target))
    else if (node.kind === 'Delete') add(node.names.map(name => name.id))
    else if (node.kind === 'Error') add(node.binds)
    for (const child of children(node)) pending.push(child)
  }
  return names
}

/** Whether a tree is more than `limit` nodes high; does not recurse. */
export function isDeeperThan(root: Node, limit: number): boolean {
  let level: Node[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap(children)
  }
  return false
}
