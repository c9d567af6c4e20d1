/** The author's comments between statements: the tree has none, the output keeps them. */
import type { Statement } from '../../parse/python/ast.ts'
import type { Source } from '../../parse/source.ts'
import { comment } from './code.ts'
import * as py from './syntax.ts'

/** A statement that is replaced by comment lines after printing. */
const marker = 'comment__'

export class Comments {
  readonly #texts: string[] = []

  /** Stand-ins for the comment lines right above a statement. */
  before(node: Statement, source: Source): Statement[] {
    const lines = source.text.slice(0, node.range.start).split('\n')
    // A statement on the line of its YAML key has that key's comments above it.
    if (lines.pop()?.trim() !== '') return []
    const found: Statement[] = []
    for (let line = lines.pop()?.trim(); line?.startsWith('#'); line = lines.pop()?.trim()) {
      found.unshift(py.statement(py.name(`${marker}${this.#texts.length}`)))
      this.#texts.push(line.replace(/^#+\s?/, ''))
    }
    return found
  }

  /** Printed code with the comments in place. */
  restore(text: string): string {
    return text.replace(
      new RegExp(`^( *)${marker}(\\d+)$`, 'gm'),
      (_, indent: string, index: string) => indent + comment(this.#texts[Number(index)] ?? ''),
    )
  }
}
