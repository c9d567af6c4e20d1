import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { nodeLoader, readSource } from '../../compiler/cli/node-loader.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(path.join(folder, 'blocks.yaml'), 'holdfast: 1\n')
writeFileSync(path.join(folder, 'latin1.yaml'), Buffer.from([0x64, 0xe9]))
const from = { path: path.join(folder, 'sub/model.yaml'), text: '' }

it('finds an import beside the file that imports it', () => {
  expect(nodeLoader.load(from, '../blocks.yaml')).toEqual({
    path: path.join(folder, 'blocks.yaml'),
    text: 'holdfast: 1\n',
  })
})

it('two ways to write a path name one file', () => {
  const paths = ['../blocks.yaml', './../sub/../blocks.yaml'].map(file => nodeLoader.load(from, file))
  expect(paths[0]).toEqual(paths[1])
})

it.each([
  ['./none.yaml', 'there is no such file'],
  ['..', 'it is a directory'],
  ['../latin1.yaml', 'it is no UTF-8 text'],
  ['/etc/passwd', 'the path is not relative'],
  ['https://example.com/a.yaml', 'only files can be imported'],
])('says why it cannot read %s', (file, error) => {
  expect(nodeLoader.load(from, file)).toMatchObject({ error })
})

it('reads a spec at a path of the command line, relative or absolute', () => {
  const absolute = readSource(path.join(folder, 'blocks.yaml'))
  expect(absolute).toMatchObject({ text: 'holdfast: 1\n' })
  expect(readSource(path.relative(process.cwd(), path.join(folder, 'blocks.yaml')))).toMatchObject({
    text: 'holdfast: 1\n',
  })
})
