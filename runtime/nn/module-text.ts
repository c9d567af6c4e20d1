/** How PyTorch prints modules. */
import type { Module } from './module.ts'

/** The lines after the first moved in by two spaces. */
export const indented = (text: string): string => text.replaceAll('\n', '\n  ')

/** A module with its children, as `print(module)` shows it. */
export function moduleText(module: Module): string {
  const extra = module.extraRepr()
  const children = [...module.ownChildren].map(([key, child]) => `(${key}): ${indented(child.toString())}`)
  if (children.length === 0 && !extra.includes('\n')) return `${module.typeName}(${extra})`
  return block(module.typeName, [...(extra === '' ? [] : extra.split('\n')), ...children])
}

/** A name and lines in parentheses. */
export const block = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? `${name}()` : `${name}(\n  ${lines.join('\n  ')}\n)`
