/** `holdfast keys SPEC [--param k=v ...] [--json]`: the state_dict of a model, in its order. */
import type { StateEntry } from '../ir/module.ts'
import { readAnyModel } from './read-model.ts'
import type { Terminal } from './terminal.ts'

export interface KeysOptions {
  readonly param: readonly string[]
  readonly preset?: string
  /** `[{key, shape, dtype, kind}, ...]`, kind being `parameter` or `buffer`. */
  readonly json?: boolean
}

/** Exit code: 0, or 1 when the spec has errors. */
export async function keys(spec: string, options: KeysOptions, terminal: Terminal): Promise<number> {
  const model = await readAnyModel(spec, options, terminal)
  if (model === null) return 1
  terminal.stdout(
    options.json ? `[${model.state.map(e => `\n  ${json(e)}`).join(',')}\n]\n` : table(model.state),
  )
  return 0
}

const json = ({ key, tensor: { shape, dtype, kind } }: StateEntry): string =>
  JSON.stringify({ key, shape, dtype, kind })

function table(state: readonly StateEntry[]): string {
  const rows = state.map(({ key, tensor }) => [
    key,
    tensor.dtype,
    `[${tensor.shape.join(', ')}]`,
    tensor.kind,
  ])
  const widths = [0, 1, 2].map(column => Math.max(0, ...rows.map(row => row[column]!.length)))
  return rows
    .map(
      row =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
