import { expect, it } from 'vitest'
import { holdfast } from './captured-terminal.ts'
import { linear, scratchFolder } from './scratch.ts'

const scratch = scratchFolder()

it('prints a node a line, with symbolic shapes', async () => {
  const { code, out, err } = await holdfast('graph', scratch.write('tiny.yaml', linear))
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain("Linear 'fc'(input=%0) : float32[N, 2]")
})

it('ends with 1 where the spec has errors', async () => {
  const { code, out } = await holdfast('graph', scratch.write('broken.yaml', linear.replace('fc(', 'cf(')))
  expect({ code, out }).toEqual({ code: 1, out: '' })
})
