import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkpointTable } from '../../compiler/cli/checkpoint-table.ts'
import { convert } from '../../compiler/cli/convert.ts'
import { loadWeights } from '../../compiler/cli/weights.ts'
import {
  bytesSource,
  load,
  MemorySink,
  materialize,
  open,
  openPath,
  PyGlobal,
  PyObject,
  PyTuple,
  type StoredTensor,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import { ZipWriter } from '../../runtime/checkpoint/zip/write-zip.ts'
import { Module, nn, type Tensor } from '../../runtime/index.ts'
import { CapturedTerminal } from '../cli/captured-terminal.ts'
import { fixtureJson, fixtures } from './reference.ts'

const at = (name: string) => join(fixtures, 'inert', name)
const expected = fixtureJson('inert/expected.json') as Record<string, unknown[]>

async function rowsOf(tensors: ReadonlyMap<string, StoredTensor>) {
  const rows = []
  for (const [key, tensor] of tensors) {
    const sha256 = createHash('sha256')
      .update(await materialize(tensor))
      .digest('hex')
    rows.push([key, tensor.dtype, [...tensor.shape], sha256])
  }
  return rows
}

describe('files of real projects that weights-only reading refuses', () => {
  test.each(Object.keys(expected))(
    '%s is refused by a name in it, and gives its tensors on request',
    async name => {
      await expect(open(at(name))).rejects.toMatchObject({
        code: 'pickle/refused-global',
        hint: expect.stringContaining('full: true'),
      })
      const checkpoint = await load(at(name), { full: true })
      const [found, other] = stateDictsOf(checkpoint)
      expect(other).toBeUndefined()
      expect(await rowsOf(found!.tensors)).toEqual(expected[name])
    },
  )

  test.each(Object.keys(expected))('%s becomes safetensors by convert --from-module', async name => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-inert-'))
    const [terminal, output] = [new CapturedTerminal(), join(folder, 'out.safetensors')]
    expect(await convert(at(name), output, { fromModule: true }, terminal)).toBe(0)
    const checkpoint = await load(output)
    const byKey = (rows: unknown[]) => (rows as [string][]).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const [found] = stateDictsOf(checkpoint)
    expect(byKey(await rowsOf(found!.tensors))).toEqual(byKey(expected[name]!))
    // What is no dense tensor is not dropped in silence.
    expect(terminal.err.includes('left out: adjacency')).toBe(name === 'sparse-buffer.pt')
    rmSync(folder, { recursive: true })
  })

  class Holder extends Module {
    constructor() {
      super()
      this.registerModule('fc', new nn.Linear({ in_features: 3, out_features: 2 }))
    }

    forward(x: Tensor): Tensor {
      return x
    }
  }

  test('a compiled module is the module inside, under the prefix of its wrapper', async () => {
    const { value } = await load(at('module.pkl'), { full: true })
    const cls = new PyGlobal('torch._dynamo.eval_frame', 'OptimizedModule')
    const [found] = stateDictsOf({ value: new PyObject(cls, new PyTuple([value, null])), stateDict: null })
    expect(found!.prefix).toBe('_orig_mod.')
    expect(await rowsOf(found!.tensors)).toEqual(expected['module.pkl'])
  })

  test('a model in a plain pickle is what --weights takes', async () => {
    const terminal = new CapturedTerminal()
    const module = new Holder()
    expect(await loadWeights(module, [at('module.pkl')], {}, terminal)).toBe(true)
    expect(terminal.err).toContain('its code is not run')
  })

  test('the table shows the numbers and arrays of NumPy as what they are', async () => {
    const numbers = await openPath(at('numbers.pt'), { full: true })
    const text = await checkpointTable('numbers.pt', numbers, false)
    expect(text).toMatch(/best +numpy\._core\.multiarray\.scalar +0\.875/)
    expect(text).toMatch(/done .* true/)
    await numbers.close()
    const arrays = await openPath(at('detectron.pkl'), { full: true })
    expect(await checkpointTable('a', arrays, true)).toMatch(/conv\.big +int32 +\[4\] .*NumPy/)
    await arrays.close()
  })

  test('parts of a distributed checkpoint are read inertly too', async () => {
    await expect(openPath(at('distributed'))).rejects.toMatchObject({ code: 'pickle/refused-global' })
    const checkpoint = await openPath(at('distributed'), { full: true })
    expect(checkpoint.globals).toContain('numpy._core.multiarray.scalar')
    const [found] = stateDictsOf(checkpoint)
    expect(found!.path).toEqual(['model'])
    expect(await rowsOf(found!.tensors)).toEqual(expected['trainer.pt'])
    await checkpoint.close()
  })

  test('chunks of a distributed tensor that lie on each other are refused, though their sizes add up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-inert-'))
    cpSync(join(fixtures, 'distributed'), folder, { recursive: true })
    await (await openPath(folder)).close()
    writeFileSync(join(folder, '.metadata'), readFileSync(at('overlapping.metadata')))
    await expect(openPath(folder)).rejects.toMatchObject({
      code: 'distributed/corrupt',
      message: expect.stringContaining('do not make its shape'),
    })
    rmSync(folder, { recursive: true })
  })

  test('names that are not on the list are told, sorted', async () => {
    const { globals } = await load(at('numbers.pt'), { full: true })
    expect(globals).toEqual(['numpy._core.multiarray.scalar', 'numpy.dtype'])
    expect((await load(join(fixtures, 'training.pt'))).globals).toEqual([])
  })
})

describe('files that are no checkpoints are refused by what they are', () => {
  test.each([
    ['arrays.npz', 'NumPy archive', 'numpy.load'],
    ['arrays.joblib', 'joblib', 'joblib.load'],
    ['small.joblib', 'joblib', 'joblib.load'],
    ['protocol0.pkl', 'pickle of protocol 0', 'torch.save'],
  ])('%s', async (name, what, remedy) => {
    for (const full of [false, true]) {
      await expect(open(at(name), { full })).rejects.toMatchObject({
        message: expect.stringContaining(what),
        hint: expect.stringContaining(remedy),
      })
    }
  })

  test.each([
    ['\x00\x00\x00\x1cPTMF', 'mobile module'],
    ['\x18\x00\x00\x00ET12', 'ExecuTorch'],
    ['\x1c\x00\x00\x00TFL3', 'TensorFlow Lite'],
    ['PYTORCH1\x00', 'TorchScript archive of PyTorch 1.0'],
    ['\x93NUMPY\x01\x00', 'NumPy array'],
    ['\x89HDF\r\n', 'HDF5'],
    ['\x81\xa6params\x82', 'MessagePack'],
    ['x\x9c\xed', 'zlib'],
    ['\x7fELF\x02', 'compiled library'],
    ['(dp0\nS', 'pickle of protocol 0'],
    ['}q\x01(U', 'pickle of protocol 0 or 1'],
  ])('%j', async (start, what) => {
    const bytes = Uint8Array.from(start.padEnd(64, '\x01'), char => char.charCodeAt(0))
    await expect(open(bytesSource(bytes, 'x'))).rejects.toMatchObject({
      code: 'file/unknown-format',
      message: expect.stringContaining(what),
    })
  })
})

describe('attacks', () => {
  /** A checkpoint with a harmless name first and, when asked, a hostile one after it. */
  const pickled = (hostile: string) => {
    const tensor =
      'ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\0tQ' +
      'K\0K\0\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR'
    return `\x80\x02}(X\x01\0\0\0acargparse\nNamespace\n)\x81X\x01\0\0\0w${tensor}X\x01\0\0\0z${hostile}u.`
  }

  test('a hostile name is found behind a harmless one, by convert and by --weights', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-inert-'))
    const write = async (name: string, hostile: string) => {
      const sink = new MemorySink()
      const zip = new ZipWriter(sink, 64)
      const ascii = (text: string) => Uint8Array.from(text, char => char.charCodeAt(0))
      for (const [record, text] of [
        ['data.pkl', pickled(hostile)],
        ['version', '3\n'],
        ['data/0', ''],
      ] as const)
        await zip.add(`a/${record}`, ascii(text))
      await zip.finish()
      writeFileSync(join(folder, name), sink.bytes())
      return join(folder, name)
    }
    const good = await write('good.pt', 'K\x01')
    const bad = await write('bad.pt', 'cposix\nsystem\nX\x02\0\0\0id\x85R')
    const output = join(folder, 'out.safetensors')
    expect(await convert(good, output, { fromModule: true }, new CapturedTerminal())).toBe(0)
    const before = readFileSync(output)
    const terminal = new CapturedTerminal()
    expect(await convert(bad, output, { fromModule: true }, terminal)).toBe(1)
    expect(terminal.err).toContain('posix.system')
    expect(terminal.err).toContain('attack')
    expect(readFileSync(output).equals(before)).toBe(true)
    await expect(
      loadWeights(new nn.Linear({ in_features: 1, out_features: 1 }), [bad], {}, new CapturedTerminal()),
    ).rejects.toMatchObject({
      global: 'posix.system',
    })
    const shown = await openPath(bad, { full: true })
    expect(await checkpointTable(bad, shown, false)).toContain('names posix.system, as attacks do')
    await shown.close()
    rmSync(folder, { recursive: true })
  })
})
