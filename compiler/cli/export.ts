/** `holdfast export SPEC --to pytorch|card`: a spec as another text. */
import type { Model } from '../compile.ts'
import { renderDiagnostic } from '../diagnostics/render.ts'
import { exportCard } from '../emit/card/index.ts'
import { EmitError } from '../emit/emit-error.ts'
import { exportPytorch } from '../emit/pytorch/index.ts'
import { CommandError } from './failure.ts'
import { writeText } from './output-file.ts'
import { readAnyModel } from './read-model.ts'
import type { Terminal } from './terminal.ts'

const TARGETS = { pytorch: exportPytorch, card: exportCard } as const satisfies Record<
  string,
  (model: Model) => string
>

/** What `--to` takes. */
export type ExportTarget = keyof typeof TARGETS

export interface ExportOptions {
  readonly to: ExportTarget
  /** A file; by default stdout. */
  readonly output?: string
  readonly param: readonly string[]
  readonly preset?: string
}

/** Exit code: 0, or 1 when the spec has errors. */
export async function exportSpec(spec: string, options: ExportOptions, terminal: Terminal): Promise<number> {
  const model = await readAnyModel(spec, options, terminal)
  if (model === null) return 1
  const text = exported(model, options.to, terminal)
  if (text === null) return 1
  const { output } = options
  if (output === undefined) {
    terminal.stdout(text)
    return 0
  }
  await writeText(output, text)
  terminal.stdout(`wrote ${output}\n`)
  return 0
}

/** null after a report of what the target has no words for. */
function exported(model: Model, to: ExportTarget, terminal: Terminal): string | null {
  try {
    return TARGETS[to](model)
  } catch (error) {
    if (!(error instanceof EmitError)) throw error
    const { code, message, hint, place } = error
    if (place === null) throw new CommandError(code, message, hint)
    const diagnostic = { code, severity: 'error', ...place, message, hint } as const
    terminal.stderr(renderDiagnostic(diagnostic, { color: terminal.color }))
    return null
  }
}
