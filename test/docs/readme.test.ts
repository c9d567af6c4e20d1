import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PyDict, saveTorch, tensorOf } from '../../runtime/checkpoint/index.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'

const root = path.resolve(import.meta.dirname, '../..')
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
const scratch = scratchFolder()

const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)![1]!

describe('the README', () => {
  it('begins with two commands that are scripts of the package', () => {
    const scripts = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).scripts
    const commands = [...readme.matchAll(/```sh\n(.*)\n```/g)].map(m => m[1])
    expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
    expect(scripts).toMatchObject({ demo: expect.any(String), test: expect.any(String) })
  })

  it('names files and folders that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(m => m[1]!).filter(link => !link.includes(':'))
    expect(links.length).toBeGreaterThan(5)
    expect(links.filter(link => !existsSync(path.join(root, link)))).toEqual([])
  })

  it('shows a spec and an application that work as they stand', async () => {
    const spec = scratch.write('specs/simple-model.yaml', block('yaml'))
    const [specs, generated] = [scratch.path('specs'), scratch.path('generated')]
    expect(await holdfast('check', spec)).toMatchObject({ code: 0, err: '' })
    expect(await holdfast('build', '--specs', specs, '--out', generated)).toMatchObject({ code: 0 })

    const zeros = (...shape: number[]): ReturnType<typeof tensorOf> =>
      tensorOf(new Float32Array(shape.reduce((n, d) => n * d, 1)), shape)
    const state = new PyDict('OrderedDict', [
      ['fc1.weight', zeros(5, 10)],
      ['fc1.bias', tensorOf(Float32Array.from([1, 2, 3, 4, -5]))],
      ['fc2.weight', tensorOf(Float32Array.from([1, 1, 1, 1, 1]), [1, 5])],
      ['fc2.bias', tensorOf(Float32Array.from([0.5]))],
    ])
    writeFileSync(scratch.path('simple-model.pt'), await saveTorch(state))
    scratch.write('package.json', '{ "type": "module" }')
    scratch.write('app.ts', block('ts'))
    mkdirSync(scratch.path('node_modules'))
    symlinkSync(root, scratch.path('node_modules/holdfast'))

    const tsx = pathToFileURL(path.join(root, 'node_modules/tsx/dist/loader.mjs')).href
    const args = ['--conditions=holdfast-source', '--import', tsx, 'app.ts']
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: scratch.path('.'), encoding: 'utf8' })
    expect({ stdout, stderr }).toEqual({
      stdout: '[ 1, 1 ] Float32Array(1) [ 10.5 ]\n[ 5, 10 ]\n',
      stderr: '',
    })
  })
})
