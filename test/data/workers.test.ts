import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'
import { scratchFolder } from '../cli/scratch.ts'

const scratch = scratchFolder()
const WORKERS = 'test/data/workers'

// Worker threads take JavaScript only, and start faster the fewer files they read.
beforeAll(async () => {
  scratch.write('package.json', '{ "type": "module" }')
  const modules = ['load', 'noisy-dataset', 'load-stream', 'stream']
  await bundle(
    modules.map(name => `${WORKERS}/${name}.ts`),
    scratch.path('.'),
  )
})

async function load(
  workers: number,
  env: Readonly<Record<string, string>> = {},
  passed = 0,
): Promise<string> {
  return output(['load', `${workers}`, `${passed}`], env)
}

async function output(
  [script, ...args]: readonly [script: string, ...args: string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const file = scratch.path(`${WORKERS}/${script}.js`)
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
    env: { ...process.env, ...env },
  })
  return stdout
}

describe('A loader with workers', () => {
  it('gives the batches that it gives without, augmentation included, in the same order', async () => {
    const alone = await load(0)
    expect(alone.trim().split('\n')).toHaveLength(12)
    expect(new Set(alone.trim().split('\n')).size).toBe(12)
    expect(await load(1)).toBe(alone)
    expect(await load(3)).toBe(alone)
  })

  it('goes on from a position in an epoch with the batches that would have come, and the next epoch', async () => {
    const alone = await load(0)
    const from = (batch: number) => alone.split('\n').slice(batch).join('\n')
    expect(await load(2, {}, 1)).toBe(from(1))
    expect(await load(3, {}, 4)).toBe(from(4))
    expect(await load(0, {}, 4)).toBe(from(4))
  })

  it("uses the module's collate function", async () => {
    const alone = await load(0, { COLLATE: '1' })
    expect(alone).toContain('no 22')
    expect(await load(2, { COLLATE: '1' })).toBe(alone)
  })

  it('reports what a sample threw', async () => {
    expect(await load(2, { FAIL_AT: '11' })).toContain(
      'data/worker: a worker could not make a batch: sample 11 is broken',
    )
  })
})

describe('A stream that workers read in parts', () => {
  it("gives batches in PyTorch's order, resumes at every position, and reports what a part threw", async () => {
    const torch = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../fixtures/data/streams.json'), 'utf8'),
    ) as {
      readonly batches: readonly unknown[]
    }
    const found = JSON.parse(await output(['load-stream'])) as unknown
    expect(found).toEqual({
      ...torch,
      again: torch.batches,
      rests: torch.batches.map((_, i) => torch.batches.slice(i + 1)),
      failure: 'data/worker: a worker could not make a batch: there are 3 parts, not 4',
    })
  }, 60_000)
})
