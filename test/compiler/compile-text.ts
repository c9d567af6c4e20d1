/** Compiles specs written in tests. */
import { compileModel, type Model } from '../../compiler/compile.ts'
import { type Diagnostic, Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { bool, floating, int, str, type Value } from '../../compiler/eval/value.ts'
import { loadSpec } from '../../compiler/spec/load.ts'

export interface Compiled {
  readonly model: Model | null
  /** Errors and warnings. */
  readonly problems: readonly Diagnostic[]
  readonly notes: readonly Diagnostic[]
}

/** `params` are other values than the defaults. */
export function compileText(
  text: string,
  params: Readonly<Record<string, string | number | boolean>> = {},
): Compiled {
  const diagnostics = new Diagnostics()
  const spec = loadSpec(
    { path: 'model.yaml', text },
    { load: () => ({ error: 'there are no other files' }) },
    diagnostics,
  )
  const given = Object.entries(params).map(([name, value]) => ({
    name,
    place: spec!.model.place,
    value: plainValue(value),
  }))
  const model = spec === null || diagnostics.hasErrors ? null : compileModel(spec, given, diagnostics)
  const all = diagnostics.sorted()
  return {
    model,
    problems: all.filter(d => d.severity !== 'note'),
    notes: all.filter(d => d.severity === 'note'),
  }
}

const plainValue = (value: string | number | boolean): Value =>
  typeof value === 'string'
    ? str(value)
    : typeof value === 'boolean'
      ? bool(value)
      : Number.isInteger(value)
        ? int(value)
        : floating(value)

/** `code: the text that the carets underline`. */
export const underlined = (d: Diagnostic): string =>
  `${d.code}: ${d.source.text.slice(d.range.start, d.range.end)}`

const indent = (text: string, by: number): string =>
  text
    .split('\n')
    .map(line => (line === '' ? line : ' '.repeat(by) + line))
    .join('\n')

/** A model with one input x: float32[N, 8, H, W] and a few members, around a forward. */
export function withForward(forward: string, more = ''): string {
  return `holdfast: 1
model: Probe
params:
  depth: int = 2
  flag: bool = False
  style: str = "relu"
inputs:
  x: float32[N, 8, H, W]
  mask: bool[N, 8, H, W] = None
  tokens: int64[N, T] = None
outputs: { y: "tensor" }
modules:
  conv: Conv2d(8, 8, 3, padding=1)
  down: Conv2d(8, 16, 3, stride=2)
  fc: Linear(8, 4)
  skip: { when: flag, type: Identity }
  blocks: { type: ModuleList, modules: [ { for: _ in range(depth), type: Identity } ] }
  net: { type: Sequential, modules: [ { type: ReLU }, { type: Identity } ] }
buffers:
  count: { init: zeros(8), mutable: true }
  fixed: zeros(8)
parameters:
  gain: ones(8)
${more}forward: |
${indent(forward.trim(), 2)}
`
}
