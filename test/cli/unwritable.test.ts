/** Places that cannot be written to: each is said, none hangs. */
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CheckpointError, saveSafetensors, tensorOf } from '../../runtime/checkpoint/index.ts'
import { nn, saveCheckpoint } from '../../runtime/index.ts'
import { holdfast } from './captured-terminal.ts'
import { scratchFolder } from './scratch.ts'

const scratch = scratchFolder()

it('a file in a folder that is not there, and one that is a folder, are errors of their own', async () => {
  const model = new nn.Linear({ in_features: 1, out_features: 1 })
  const error = await saveCheckpoint(model, scratch.path('no/such/model.pt')).catch(e => e)
  expect(error).toBeInstanceOf(CheckpointError)
  expect(error).toMatchObject({ code: 'file/write', hint: 'make the folder first' })
  expect(error.message).toContain('there is no folder')
  await expect(saveCheckpoint(model, scratch.path('.'))).rejects.toMatchObject({
    code: 'file/write',
    message: expect.stringContaining('it is a folder'),
  })
})

it('run says that its output is a folder', async () => {
  const spec = scratch.write(
    'double.yaml',
    'holdfast: 1\nmodel: Double\ninputs:\n  x: float32[N]\noutputs:\n  y: float32[N]\nforward: return x * 2\n',
  )
  const x = scratch.write('x.safetensors', '')
  const { writeFileSync } = await import('node:fs')
  writeFileSync(x, await saveSafetensors([['x', tensorOf(Float32Array.of(1), [1])]]))
  const { code, err } = await holdfast('run', spec, '--inputs', x, '--outputs', scratch.path('.'))
  expect(code).toBe(1)
  expect(err).toContain('error[output/unwritable]')
  expect(err).toContain('it is a folder')
})

it.skipIf(!existsSync('/proc/self'))('a run in /proc ends, with an error', async () => {
  const { code, err } = await holdfast('train', 'examples/digits/train.yaml', '--run', '/proc/holdfast')
  expect(code).toBe(1)
  expect(err).toMatch(/^error\[/)
})
