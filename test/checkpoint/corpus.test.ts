import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  bytesSource,
  CheckpointError,
  describeCheckpoint,
  fileSource,
  open,
} from '../../runtime/checkpoint/index.ts'
import { canonical, haveShared, mulberry32, shared } from './reference.ts'

const root = join(shared, 'serialization')

interface Case {
  readonly name: string
  readonly file: string
  readonly dir: string
  readonly expect: 'accept' | 'refuse' | 'either'
  readonly refuse_name?: string
}

interface Expected {
  readonly value?: unknown
  readonly storages?: unknown
  readonly metadata?: unknown
  readonly tensors?: unknown
}

async function read(path: string): Promise<{ seen?: Expected; error?: CheckpointError }> {
  try {
    const checkpoint = await open(await fileSource(path))
    try {
      return { seen: await describeCheckpoint(checkpoint) }
    } finally {
      await checkpoint.close()
    }
  } catch (error) {
    if (error instanceof CheckpointError) return { error }
    throw error
  }
}

describe.skipIf(!haveShared('serialization'))(
  'the corpus of files that PyTorch, safetensors and attackers wrote',
  () => {
    const manifest: Case[] = existsSync(root)
      ? JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'))
      : []

    test.each(manifest)('$dir/$file is handled as its manifest says: $expect', async item => {
      const path = join(root, item.dir, item.file)
      const expected: Expected = JSON.parse(
        readFileSync(path.replace(/\.(pt|safetensors)$/, '.json'), 'utf8'),
      )
      const start = performance.now()
      const { seen, error } = await read(path)
      expect(performance.now() - start).toBeLessThan(10_000)
      if (item.expect === 'accept') expect(error).toBeUndefined()
      if (item.expect === 'refuse') {
        expect(error).toBeInstanceOf(CheckpointError)
        if (item.refuse_name !== undefined)
          expect(error?.message).toContain(item.refuse_name.split('.').at(-1))
      }
      if (seen !== undefined && 'value' in expected) {
        expect(canonical(seen.value)).toBe(canonical(expected.value))
        expect(canonical(seen.storages)).toBe(canonical(expected.storages))
      }
      if (seen !== undefined && 'tensors' in expected) {
        expect(canonical(seen.metadata)).toBe(canonical(expected.metadata))
        expect(canonical(seen.tensors)).toBe(canonical(expected.tensors))
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    })

    const derived = existsSync(root) ? JSON.parse(readFileSync(join(root, 'derived.json'), 'utf8')).bases : []

    test.each<{ file: string; seed: number; flips: number }>(derived)(
      'every truncation of $file is refused',
      async ({ file }) => {
        const whole = new Uint8Array(readFileSync(join(root, file)))
        const lengths = [
          ...Array.from({ length: 16 }, (_, k) => Math.floor((k * whole.length) / 16)),
          whole.length - 1,
        ]
        for (const length of lengths) {
          await expect(describeBytes(whole.subarray(0, length))).rejects.toBeInstanceOf(CheckpointError)
        }
      },
    )

    test.each<{ file: string; seed: number; flips: number }>(derived)(
      'flipped bits of $file are refused, or leave a zip archive as it was',
      async ({ file, seed, flips }) => {
        const whole = new Uint8Array(readFileSync(join(root, file)))
        const zip = whole[0] === 0x50
        const untouched = canonical(await describeBytes(whole))
        for (let i = 0; i < flips; i++) {
          const next = mulberry32(seed + i * 1000003)
          const bytes = whole.slice()
          for (let k = 1 + (next() % 4); k > 0; k--) {
            const at = next() % bytes.length
            bytes[at] = (bytes[at] as number) ^ (1 + (next() % 255))
          }
          const seen = await describeBytes(bytes).catch((error: unknown) => {
            expect(error).toBeInstanceOf(CheckpointError)
          })
          if (seen !== undefined && zip) expect(canonical(seen)).toBe(untouched)
        }
      },
    )
  },
)

async function describeBytes(bytes: Uint8Array): Promise<unknown> {
  return describeCheckpoint(await open(bytesSource(bytes)))
}
