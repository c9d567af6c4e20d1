/** Names that a piece of the author's code takes from outside: what a class of the output must be given. */
import type { Attribute, Node } from '../parse/python/ast.ts'
import { assignedNames, children } from '../parse/python/visit.ts'
import type { Definition, Entry, ModuleBody, NamePattern, SpecExpr, TensorDecl } from '../spec/spec.ts'

/** Names read in an expression or block, without those that comprehensions bind. */
export function namesIn(root: Node): Set<string> {
  const names = new Set<string>()
  const visit = (node: Node, bound: ReadonlySet<string>): void => {
    if (node.kind === 'Name') {
      if (!bound.has(node.id)) names.add(node.id)
      return
    }
    if (node.kind === 'Keyword') {
      visit(node.value, bound)
      return
    }
    if (node.kind === 'ListComp') {
      const inner = new Set(bound)
      for (const generator of node.generators)
        for (const name of targetNames(generator.target)) inner.add(name)
      for (const child of children(node)) visit(child, inner)
      return
    }
    if (node.kind === 'Comprehension') {
      for (const child of children(node)) if (child !== node.target) visit(child, bound)
      return
    }
    for (const child of children(node)) visit(child, bound)
  }
  visit(root, new Set())
  return names
}

/** Attributes in a body, with the expression that each is taken of. */
export function attributesIn(root: Node): readonly Attribute[] {
  const found: Attribute[] = []
  const pending: Node[] = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'Attribute') found.push(node)
    // `getattr(self, "scale")` is `self.scale`.
    if (node.kind === 'Call' && node.func.kind === 'Name' && node.func.id === 'getattr') {
      const [value, name] = node.args
      if (value !== undefined && name?.kind === 'Str')
        found.push({ kind: 'Attribute', value, attr: name.value, range: node.range, attrRange: name.range })
    }
    pending.push(...children(node))
  }
  return found
}

/** Names that a body takes from `self`. */
export const selfAttributes = (root: Node): ReadonlySet<string> =>
  new Set(attributesIn(root).flatMap(a => (a.value.kind === 'Name' && a.value.id === 'self' ? [a.attr] : [])))

function targetNames(target: Node): string[] {
  return target.kind === 'Name' ? [target.id] : children(target).flatMap(targetNames)
}

const collect = (
  into: Set<string>,
  names: Iterable<string>,
  without: ReadonlySet<string> = new Set(),
): void => {
  for (const name of names) if (!without.has(name)) into.add(name)
}

const patternNames = (pattern: NamePattern | null): string[] =>
  pattern === null ? [] : pattern.parts.flatMap(p => (typeof p === 'string' ? [] : [...namesIn(p.expr)]))

const maybeNames = (e: SpecExpr | null): string[] => (e === null ? [] : [...namesIn(e.expr)])

function tensorNames(decl: TensorDecl): Set<string> {
  const names = new Set<string>()
  if ('body' in decl.init) collect(names, namesIn(decl.init), assignedNames(decl.init))
  else collect(names, namesIn(decl.init.expr))
  for (const e of [decl.when, decl.trainable, decl.persistent, decl.mutable]) collect(names, maybeNames(e))
  return names
}

/** `needs` gives the names that an instance of a definition takes from its file, beside its own params. */
export function bodyNames(
  body: ModuleBody,
  needs: (definition: Definition) => Iterable<string>,
): Set<string> {
  const names = new Set<string>()
  for (const decl of [...body.parameters, ...body.buffers]) collect(names, tensorNames(decl))
  for (const tie of body.ties) collect(names, maybeNames(tie.when))
  for (const entry of body.modules) collect(names, entryNames(entry, needs))
  return names
}

function entryNames(entry: Entry, needs: (definition: Definition) => Iterable<string>): Set<string> {
  const inner = new Set<string>()
  collect(inner, maybeNames(entry.when))
  collect(inner, patternNames(entry.name))
  if (entry.kind === 'group') for (const e of entry.entries) collect(inner, entryNames(e, needs))
  else if (entry.kind === 'choice') for (const e of entry.alternatives) collect(inner, entryNames(e, needs))
  else {
    for (const arg of entry.args) collect(inner, namesIn(arg.value.expr))
    collect(inner, patternNames(entry.key))
    collect(inner, maybeNames(entry.trainable))
    if (entry.type.kind === 'param') inner.add(entry.type.name)
    if (entry.type.kind === 'definition') collect(inner, needs(entry.type.definition()))
    if (entry.body !== null) collect(inner, bodyNames(entry.body, needs))
  }
  if (entry.for === null) return inner
  const names = new Set<string>()
  const bound = new Set(targetNames(entry.for.target))
  collect(names, inner, bound)
  collect(names, namesIn(entry.for.iterable.expr))
  collect(names, maybeNames(entry.for.condition), bound)
  return names
}

/** All places that read a name. */
export function namesCalled(root: Node, id: string): Node[] {
  if (root.kind === 'Name') return root.id === id ? [root] : []
  return children(root).flatMap(child => namesCalled(child, id))
}
