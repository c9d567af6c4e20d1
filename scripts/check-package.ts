/**
 * Whether the packed package works where it is installed: the command, and every entry point, by plain Node without our
 * sources. Dependencies are those of this folder.
 */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-package-'))

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

/** As an application uses it, with a class that the packed command generated. */
const application = `
import { Module } from 'holdfast'
import { openPath, stateDictsOf } from 'holdfast/checkpoint'
import { compileModel, Diagnostics } from 'holdfast/compiler'
import { F, getDevice, nn, setThreads, stateDictFromStored, tensor } from 'holdfast/runtime'
import { DigitsCNN } from './generated/digits-cnn.js'

async function stored(file: string) {
  const checkpoint = await openPath(file)
  const state = await stateDictFromStored(stateDictsOf(checkpoint)[0]!.tensors)
  await checkpoint.close()
  return state
}
const model = new DigitsCNN()
model.loadStateDict(await stored('digits.pt'))
const logits = model.eval().forward((await stored('heldout.safetensors')).get('image'))
// @ts-expect-error no such key
const mistyped = () => model.stateDict().get('conv1.wieght')
const facts: unknown[] = [logits.shape, (await logits.data()).length, model instanceof Module, model.conv1 instanceof nn.Conv2d]

// The worker is where the bundled runtime looks for it.
setThreads(2)
const square = tensor(new Float32Array(512 * 512), { shape: [512, 512] })
const threads = () => getDevice('cpu').threads!
for (let turn = 0; turn < 500 && threads().running < 2; turn++) {
  F.matmul(square, square).dataSync()
  await new Promise(done => setTimeout(done, 10))
}
facts.push(threads().running, threads().failure)
// Classes are printed by their names.
facts.push(Object.entries(nn).every(([name, value]) => typeof value !== 'function' || value.name === name))
console.log(JSON.stringify([...facts, typeof compileModel, new Diagnostics().hasErrors, typeof mistyped]))
`

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root)
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  const app = path.join(folder, 'app')
  const installed = path.join(app, 'node_modules/holdfast')
  mkdirSync(path.join(app, 'specs'), { recursive: true })
  mkdirSync(installed, { recursive: true })
  run('tar', ['xzf', `holdfast-${version}.tgz`, '--strip-components=1', '-C', installed], folder)
  symlinkSync(path.join(root, 'node_modules'), path.join(installed, 'node_modules'))

  for (const name of ['digits.pt', 'heldout.safetensors']) {
    copyFileSync(path.join(root, 'examples/digits', name), path.join(app, name))
  }
  copyFileSync(path.join(root, 'specs/tutorial/digits-cnn.yaml'), path.join(app, 'specs/digits-cnn.yaml'))
  writeFileSync(path.join(app, 'package.json'), '{ "type": "module" }')
  writeFileSync(path.join(app, 'app.ts'), application)
  const options = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    outDir: 'built',
    lib: ['es2023', 'dom'],
  }
  const compilerOptions = { ...options, types: [], noUncheckedIndexedAccess: true }
  writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }))

  const holdfast = path.join(installed, 'dist/compiler/cli/main.js')
  expect(run('node', [holdfast, '--version'], app), `${version}\n`)
  expect(run('node', [holdfast, 'check', '--json'], app).includes('"ok":true'), true)
  run('node', [holdfast, 'build'], app)
  run('node', [path.join(root, 'node_modules/typescript/bin/tsc')], app)
  expect(
    run('node', ['built/app.js'], app),
    '[[360,10],3600,true,true,2,null,true,"function",false,"function"]\n',
  )
  console.log('the packed package works: command, types and entry points')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function expect(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, not ${String(actual)}`)
}
