import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { distinctObjects } from '../../runtime/checkpoint/check-tree.ts'
import {
  type Checkpoint,
  CheckpointError,
  materialize,
  openPath,
  StoredTensor,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import { haveShared, shared } from './reference.ts'

const root = join(shared, 'real')
const keys = join(root, 'keys')

interface Listed {
  readonly file: string
  readonly format: string
  readonly globals?: Record<string, number>
  readonly tensors?: {
    readonly path: string
    readonly shape: number[]
    readonly dtype: string
    readonly sha256: string
  }[]
}

const all: Listed[] = existsSync(keys)
  ? readdirSync(keys).map(name => JSON.parse(readFileSync(join(keys, name), 'utf8')))
  : []

/** What torch.load(weights_only=True) refuses, and the explicit call reads. */
const needsFull = ({ format, globals }: Listed) =>
  format === 'torchscript-zip' || Object.keys(globals ?? {}).some(name => /^(vdsr|matgl)\./.test(name))

async function digests(checkpoint: Checkpoint): Promise<Set<string>> {
  const found = new Set<string>()
  for (const object of distinctObjects(checkpoint.value)) {
    if (!(object instanceof StoredTensor)) continue
    const sha256 = createHash('sha256')
      .update(await materialize(object))
      .digest('hex')
    found.add(`${object.dtype} [${object.shape}] ${sha256}`)
  }
  return found
}

function listed(tensor: { dtype: string; shape: number[]; sha256: string }): string {
  const names: Record<string, string> = { F32: 'float32', I64: 'int64', U32: 'uint32', U8: 'uint8' }
  const dtype = tensor.dtype.replace('torch.', '')
  return `${dtype.startsWith('st.') ? names[dtype.slice(3)] : dtype} [${tensor.shape}] ${tensor.sha256}`
}

describe.skipIf(!haveShared('real'))('checkpoints that public repositories published', () => {
  test.each(all.filter(item => item.tensors !== undefined))(
    '$file reads to the digests that PyTorch has',
    async item => {
      const checkpoint = await openPath(join(root, item.file), { full: needsFull(item) })
      try {
        const found = await digests(checkpoint)
        for (const tensor of item.tensors ?? []) expect(found).toContain(listed(tensor))
        expect(found.size).toBe(new Set(item.tensors?.map(listed)).size)
      } finally {
        await checkpoint.close()
      }
    },
  )

  test.each(all.filter(needsFull))('$file is refused without an explicit request', async item => {
    await expect(openPath(join(root, item.file))).rejects.toMatchObject({
      code: item.format === 'torchscript-zip' ? 'torchscript/refused' : 'pickle/refused-global',
    })
  })

  test.each(all.filter(item => item.format.startsWith('unknown') || item.format.includes('gz')))(
    '$file is refused by what it is',
    async item => {
      const error = await openPath(join(root, item.file)).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(CheckpointError)
      expect((error as CheckpointError).code).toBe('file/unknown-format')
      expect((error as CheckpointError).message).toMatch(/Git LFS|gzip|saved as text|first bytes/)
    },
  )

  test('a zip of checkpoints gives each of them under its name', async () => {
    const checkpoint = await openPath(join(root, 'files/sb3-ppo-lunar/LunarLander-v2.zip'))
    const found = stateDictsOf(checkpoint)
    expect(found.map(candidate => candidate.path.join('/'))).toContain('policy.pth')
    await checkpoint.close()
  })

  test('a whole pickled model gives the keys of the live module', async () => {
    const checkpoint = await openPath(join(root, 'files/vdsr/model_epoch_50.pth'), { full: true })
    const [only, ...others] = stateDictsOf(checkpoint)
    expect(others).toEqual([])
    expect(only?.path).toEqual(['model'])
    expect([...(only?.tensors.keys() ?? [])].slice(-2)).toEqual(['input.weight', 'output.weight'])
    await checkpoint.close()
  })
})
