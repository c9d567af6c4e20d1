/** What the tests of this folder share: where files are, and how descriptions are compared. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesSource, type Checkpoint, type OpenOptions, open } from '../../runtime/checkpoint/index.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const fixtures = join(root, 'test/fixtures/checkpoint')
export const shared = resolve(root, '../shared/data')

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(fixtures, name)))
}

export function fixtureJson(name: string): unknown {
  return JSON.parse(readFileSync(join(fixtures, name), 'utf8'))
}

export function openFixture(name: string, options: OpenOptions = {}): Promise<Checkpoint> {
  return open(bytesSource(fixture(name), name), options)
}

/** True when a folder of the shared data is there; says so when it is not, so that a skipped test is no secret. */
export function haveShared(folder: string): boolean {
  const there = existsSync(join(shared, folder))
  if (!there) console.warn(`skipped: ../shared/data/${folder} is not here`)
  return there
}

/** JSON text that is equal exactly for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    const sorted = Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))
    return { __proto__: null, ...Object.fromEntries(sorted) }
  })
}

/** A repeatable stream of numbers in [0, 2^32): mulberry32. */
export function mulberry32(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (Math.imul(t ^ (t >>> 7), 61 | t) + t) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
}
