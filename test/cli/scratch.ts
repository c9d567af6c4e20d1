import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'

/** A folder of its own for a test file, removed at its end. */
export function scratchFolder(): { path(name: string): string; write(name: string, text: string): string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const within = (name: string): string => path.join(folder, name)
  return {
    path: within,
    write(name, text) {
      const file = within(name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, text)
      return file
    },
  }
}

/** A spec in order: a linear layer whose sizes are params. */
export const linear = `holdfast: 1
model: Tiny
params:
  width: { type: int, default: 4, min: 1, max: 64 }
  sizes: list[int] = [2]
  act: { type: str, default: relu, enum: [relu, tanh] }
  bias: bool = True
  layer: module = Linear
inputs:
  x: float32[N, width]
outputs:
  y: float32[N, _]
modules:
  fc: { type: layer, in_features: width, out_features: "sizes[0]", bias: bias }
forward: |
  y = fc(x)
  return tanh(y) if act == "tanh" else relu(y)
`

/** The same with two mistakes: an unknown module type, and a name that is not there. */
export const broken = `holdfast: 1
model: Broken
inputs:
  x: float32[N, 4]
modules:
  fc: Linaer(4, 2)
  norm: BatchNorm1d(nope)
forward: |
  return fc(x)
`
