/** Specs of published checkpoints, and refactors of them as edits of their text. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A spec of specs/zoo but for its head. */
export function zooSpec(name: string): string {
  const file = path.resolve(import.meta.dirname, `../../../specs/zoo/${name}.yaml`)
  const text = readFileSync(file, 'utf8')
  return text.slice(text.indexOf('\nparams:') + 1)
}

/** Each text, which is there once, replaced. */
export function edited(text: string, ...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((now, [from, to]) => {
    if (now.split(from).length !== 2) throw new Error(`'${from}' is not there once`)
    return now.replace(from, () => to)
  }, text)
}
