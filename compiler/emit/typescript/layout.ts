/** Breaks long lines of generated code at the commas of a bracket, as a formatter would. */

const WIDTH = 110

/** The lines of one statement that starts at a depth of indentation (in levels of two spaces). */
export function layOut(statement: string, depth: number): string[] {
  if (statement.includes('\n')) return statement.split('\n').flatMap(line => layOut(line, depth))
  const text = statement.trimStart()
  if (text.length < statement.length) return layOut(text, depth + (statement.length - text.length) / 2)
  const indent = '  '.repeat(depth)
  if (indent.length + statement.length <= WIDTH) return [indent + statement]
  const group = breakable(statement, WIDTH - indent.length)
  if (group === null) return [indent + statement]
  const { open, close, commas } = group
  const cuts = [open, ...commas, close]
  const items = cuts.slice(1).map((cut, i) => statement.slice(cuts[i]! + 1, cut).trim())
  const last = items.at(-1) === '' ? items.slice(0, -1) : items
  return [
    indent + statement.slice(0, open + 1),
    ...last.flatMap(item => layOut(`${item},`, depth + 1)),
    indent + statement.slice(close),
  ]
}

interface Group {
  readonly open: number
  readonly close: number
  readonly commas: readonly number[]
}

/** The outermost bracket with something to break; of several, the last that starts within the width. */
function breakable(text: string, width: number): Group | null {
  const stack: { open: number; commas: number[] }[] = []
  const groups: (Group & { depth: number })[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c === "'" || c === '`') {
      i = endOfString(text, i)
      continue
    }
    if (c === '(' || c === '[' || c === '{') stack.push({ open: i, commas: [] })
    else if (c === ')' || c === ']' || c === '}') {
      const top = stack.pop()
      if (top !== undefined && i > top.open + 1) groups.push({ ...top, close: i, depth: stack.length })
    } else if (c === ',') stack.at(-1)?.commas.push(i)
  }
  const fitting = groups.filter(
    g => g.open < width && !isBlock(text, g) && text.slice(g.open, g.close).length > 20,
  )
  if (fitting.length === 0) return null
  const depth = Math.min(...fitting.map(g => g.depth))
  const widest = fitting
    .filter(g => g.depth === depth)
    .sort((a, b) => b.close - b.open - (a.close - a.open))[0]!
  // `f({ ... })` and `f(x => [ ... ])` keep the bracket of the call around that of their only argument.
  let group: Group = widest
  for (;;) {
    const inner =
      group.commas.length === 0
        ? groups.find(g => g.close === group.close - 1 && g.open < width && !isBlock(text, g))
        : undefined
    if (inner === undefined) return group
    group = inner
  }
}

/** Parentheses around one operand or a parameter list before an arrow or a block are left alone. */
function isBlock(text: string, g: Group): boolean {
  const before = text[g.open - 1] ?? ''
  if (text[g.open] !== '(' || /[\w\])]/.test(before)) return false
  // The commas of an operand are those of a type in it: `(x as Record<string, Tensor>)`.
  return g.commas.length === 0 || (before !== '>' && !text.startsWith(' =>', g.close + 1))
}

function endOfString(text: string, start: number): number {
  const quote = text[start]
  let i = start + 1
  while (i < text.length && text[i] !== quote) i += text[i] === '\\' ? 2 : 1
  return i
}
