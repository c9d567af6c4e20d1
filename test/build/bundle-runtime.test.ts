/** The bundle of the runtime's modules: whoever imports any of them gets what the modules themselves would give. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleRuntime } from '../../scripts/bundle-runtime.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bundle-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes modules into a runtime of their own. */
function runtimeOf(name: string, files: Readonly<Record<string, string>>): string {
  const place = path.join(folder, name)
  for (const [file, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    const to = path.join(place, file === 'package.json' ? file : `runtime/${file}`)
    mkdirSync(path.dirname(to), { recursive: true })
    writeFileSync(to, text)
  }
  return place
}

const load = (place: string, file: string): Promise<Record<string, unknown>> =>
  import(pathToFileURL(path.join(place, 'runtime', file)).href)

const MODULES = {
  'index.js': `export * from './deep/shapes.js'
export * as shapes from './deep/shapes.js'
export { area as size, Square } from './deep/shapes.js'
import * as all from './deep/shapes.js'
import './effect.js'
export const names = Object.keys(all)
export const effects = globalThis.bundled`,
  'deep/shapes.js': `import { unit as one } from './unit.js'
/** A comment, with \`quotes\`. */
export class Square { side = one }
const area = square => square.side ** 2
export { area }
export function where() { return new URL('./worker.js', import.meta.url).pathname }
export async function late() { return 2 }`,
  'deep/unit.js': 'export const unit = 3',
  'effect.js':
    "import { unit } from './deep/unit.js'\nglobalThis.bundled = [...(globalThis.bundled ?? []), unit]",
  'deep/worker.js': 'postMessage(1)\n',
}

describe('the bundle of a runtime', () => {
  it('gives the names that its modules give, from any of them, of one set of classes', async () => {
    const plain = runtimeOf('plain', MODULES)
    const bundled = runtimeOf('bundled', MODULES)
    bundleRuntime(bundled)
    const [expected, found] = [await load(plain, 'index.js'), await load(bundled, 'index.js')]
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
    expect(found.names).toEqual(['Square', 'area', 'late', 'where'])
    expect(Object.keys(found.shapes as object)).toEqual(['Square', 'area', 'late', 'where'])
    const deep = await load(bundled, 'deep/shapes.js')
    expect(deep.Square).toBe(found.Square)
    expect((found.size as (square: object) => number)(new (deep.Square as new () => object)())).toBe(9)
    expect(found.effects).toEqual([3, 3])
  })

  it('leaves scripts that are no modules where they are, and finds them', async () => {
    const place = runtimeOf('workers', MODULES)
    bundleRuntime(place)
    const worker = path.join(place, 'runtime/deep/worker.js')
    expect(readFileSync(worker, 'utf8')).toBe(MODULES['deep/worker.js'])
    expect(((await load(place, 'index.js')).where as () => string)()).toBe(worker)
  })

  it.each([
    [
      'a circle',
      {
        'a.js': "import { b } from './b.js'\nexport const a = b",
        'b.js': "import { a } from './a.js'\nexport const b = a",
      },
    ],
    ['a name that is assigned again', { 'a.js': 'export let a = 1' }],
    ['a default export', { 'a.js': 'export default 1' }],
    ['a package', { 'a.js': "import { z } from 'z'\nexport const a = z" }],
  ])('refuses %s', (name, files) => {
    const place = runtimeOf(name, files as Record<string, string>)
    expect(() => bundleRuntime(place)).toThrow(/a\.js|b\.js/)
  })
})
