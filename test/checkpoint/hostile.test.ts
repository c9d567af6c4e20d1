import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkpointTable } from '../../compiler/cli/checkpoint-table.ts'
import {
  bytesSource,
  CheckpointError,
  describeCheckpoint,
  MemorySink,
  open,
  type PyDict,
  SparseCompressedTensor,
  SparseCooTensor,
  saveSafetensors,
  saveTorch,
  stateDictsOf,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import { ALLOWED_GLOBALS } from '../../runtime/checkpoint/torch/allowed-globals.ts'
import { ZipWriter } from '../../runtime/checkpoint/zip/write-zip.ts'
import { fixture, fixtures, mulberry32 } from './reference.ts'

const ascii = (text: string) => Uint8Array.from(text, char => char.charCodeAt(0))

/** An archive around a pickle, and other records where a test needs them. */
async function archive(pickled: string, records: Record<string, string> = {}): Promise<Uint8Array> {
  const sink = new MemorySink()
  const zip = new ZipWriter(sink, 64)
  for (const [name, text] of Object.entries({ 'a/data.pkl': pickled, 'a/version': '3\n', ...records })) {
    await zip.add(name, ascii(text))
  }
  await zip.finish()
  return sink.bytes()
}

async function refusal(bytes: Uint8Array): Promise<CheckpointError> {
  const error = await open(bytesSource(bytes))
    .then(describeCheckpoint)
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CheckpointError)
  return error as CheckpointError
}

describe('names that a file may not use', () => {
  test('an empty dict is a control: the same archive with plain data loads', async () => {
    await expect(open(bytesSource(await archive('\x80\x02}.')))).resolves.toMatchObject({ format: 'zip' })
  })

  test.each([
    'os\nsystem',
    'posix\nsystem',
    '__builtin__\neval',
    'builtins\ngetattr',
    'torch\nload',
    'torch.hub\nload',
    '__proto__\nconstructor',
    'torch\n__proto__',
    'torch\ntoString',
    'node:fs\nwriteFileSync',
    'copy_reg\n_reconstructor',
  ])('%j is refused when it is read, called or not, with its name and place', async name => {
    const [module, leaf] = name.split('\n') as [string, string]
    for (const tail of ['.', '0N.', '(U\x01atR.', ')\x81.', '}b.']) {
      const error = await refusal(await archive(`\x80\x02c${name}\n${tail}`))
      expect(error.code).toBe('pickle/refused-global')
      expect(error.message).toContain(leaf)
      expect(error.message).toContain('at byte 2 of a/data.pkl')
      expect(error.global).toMatch(new RegExp(`${leaf}$`))
      expect(error.hint).toBeDefined()
    }
    const stacked = `\x80\x04\x8c${String.fromCharCode(module.length)}${module}\x8c${String.fromCharCode(leaf.length)}${leaf}\x93.`
    expect((await refusal(await archive(stacked))).code).toBe('pickle/refused-global')
  })

  test('the list is torch’s own: 144 names of torch 2.13, none of a blocked module', () => {
    expect(ALLOWED_GLOBALS.size).toBe(144)
    for (const name of ALLOWED_GLOBALS) expect(name).toMatch(/^(torch|collections|builtins|_codecs)\./)
  })

  test('an allowed name that is no function of ours cannot be called', async () => {
    for (const name of [
      'torch\nFloatTensor',
      'torch\nFloatStorage',
      'torch._utils\n_rebuild_wrapper_subclass',
    ]) {
      expect((await refusal(await archive(`\x80\x02c${name}\n)R.`))).code).toBe('pickle/refused-call')
    }
  })

  test('a default factory is a name in one place only', async () => {
    const defaultDict = 'ccollections\ndefaultdict\n'
    await expect(
      open(bytesSource(await archive(`\x80\x02${defaultDict}c__builtin__\nlist\n\x85R.`))),
    ).resolves.toMatchObject({ value: { kind: 'defaultdict' } })
    expect((await refusal(await archive('\x80\x02c__builtin__\nlist\n.'))).global).toBe('builtins.list')
    expect((await refusal(await archive(`\x80\x02${defaultDict}cos\nsystem\n\x85R.`))).global).toBe(
      'os.system',
    )
  })
})

describe('damage and traps', () => {
  test.each<[string, string, string]>([
    ['an opcode of protocol 0', '\x80\x02I1\n.', 'pickle/unsupported'],
    ['INST', '\x80\x02(ios\nsystem\n.', 'pickle/unsupported'],
    ['no opcode at all', '\x80\x02\x00.', 'pickle/corrupt'],
    ['a stack that runs empty', '\x80\x02R.', 'pickle/corrupt'],
    ['a memo entry that was never made', '\x80\x02h\x05.', 'pickle/corrupt'],
    ['a list as a key', '\x80\x02}]K\x01s.', 'pickle/corrupt'],
    ['a length beyond the end', '\x80\x02X\xff\xff\xff\x7fa.', 'file/truncated'],
    ['no end', '\x80\x02}', 'file/truncated'],
    ['nesting 5000 deep', `\x80\x02${']'.repeat(5000)}${'a'.repeat(4999)}.`, 'limit/exceeded'],
    ['an int of 10000 bytes', `\x80\x02\x8b\x10\x27\x00\x00${'\x01'.repeat(10000)}.`, 'limit/exceeded'],
    [
      'a storage without a record',
      '\x80\x02(U\x07storagectorch\nFloatStorage\nU\x019U\x03cpuK\x04tQ.',
      'zip/missing-record',
    ],
    ['a state for a dict', '\x80\x02}}b.', 'pickle/refused-call'],
  ])('%s is refused', async (_, pickled, code) => {
    expect((await refusal(await archive(pickled))).code).toBe(code)
  })

  test('references that unfold to 2^40 values load, and describing them ends with a message', async () => {
    const doubling =
      '\x80\x02)q\x00' +
      Array.from({ length: 40 }, (_, i) => `h${chr(i)}h${chr(i)}\x86q${chr(i + 1)}`).join('') +
      '.'
    const bytes = await archive(doubling)
    await expect(open(bytesSource(bytes))).resolves.toBeDefined()
    expect((await refusal(bytes)).code).toBe('limit/exceeded')
  })

  test('bytes and texts that references unfold end with a message before they fill the memory', async () => {
    for (const opcode of ['B', 'X']) {
      const size = 1 << 20
      const doubling =
        `\x80\x02${opcode}\0\0\x10\0${'a'.repeat(size)}q\0` +
        Array.from({ length: 40 }, (_, i) => `h${chr(i)}h${chr(i)}\x86q${chr(i + 1)}`).join('') +
        '.'
      const start = performance.now()
      expect((await refusal(await archive(doubling))).code).toBe('limit/exceeded')
      expect(performance.now() - start).toBeLessThan(5000)
    }
  })

  test('modules that share submodules on every level end with a message, and their table with few lines', async () => {
    const text = (value: string) => `X${chr(value.length)}\0\0\0${value}`
    const module = (modules: string) =>
      `c__main__\nM\n)\x81}(${text('_parameters')}}${text('_modules')}}(${modules}uub`
    let pickled = `\x80\x02${module('')}q\0`
    for (let level = 1; level <= 40; level++) {
      const child = `h${chr(level - 1)}`
      pickled += `0${module(`${text('a')}${child}${text('b')}${child}`)}q${chr(level)}`
    }
    const checkpoint = await open(bytesSource(await archive(`${pickled}.`)), { full: true })
    expect(() => stateDictsOf(checkpoint)).toThrow(expect.objectContaining({ code: 'limit/exceeded' }))
    expect((await checkpointTable('m', checkpoint, false)).split('\n').length).toBeLessThan(200)
  })

  test('archives inside archives are read two deep, and no deeper', async () => {
    let bytes = await saveTorch([1])
    const wrapped = []
    for (let i = 0; i < 3; i++) {
      const sink = new MemorySink()
      const zip = new ZipWriter(sink, 64)
      await zip.add('inner.pth', bytes)
      await zip.finish()
      bytes = sink.bytes()
      wrapped.push(bytes)
    }
    await expect(open(bytesSource(wrapped[1] as Uint8Array))).resolves.toMatchObject({ format: 'nested-zip' })
    expect((await refusal(wrapped[2] as Uint8Array)).code).toBe('limit/exceeded')
  })

  test('a view beyond its storage is refused, the whole storage is not', async () => {
    const tensor = (size: number) =>
      '\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x02tQ' +
      `K\x00K${chr(size)}\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR.`
    const data = { 'a/data/0': '\0\0\0\0\0\0\0\0' }
    await expect(open(bytesSource(await archive(tensor(2), data)))).resolves.toBeDefined()
    expect((await refusal(await archive(tensor(3), data))).code).toBe('tensor/geometry')
  })

  test('sparse indices outside the shape are refused, those inside are not', async () => {
    const int64 = (...values: number[]) => tensorOf(BigInt64Array.from(values, BigInt))
    const two = tensorOf(new Float32Array([1, 2]))
    const coo = (last: number) =>
      new SparseCooTensor(tensorOf(BigInt64Array.from([0, last], BigInt), [1, 2]), two, [3], true)
    const csr = (end: number, last: number) =>
      new SparseCompressedTensor('sparse_csr', int64(0, 1, end), int64(0, last), two, [2, 3])
    for (const good of [coo(2), csr(2, 2)]) {
      await expect(open(bytesSource(await saveTorch([good])))).resolves.toMatchObject({ format: 'zip' })
    }
    for (const bad of [coo(3), coo(-1), csr(3, 0), csr(0, 0), csr(2, 3), csr(2, -1)]) {
      expect((await refusal(await saveTorch([bad]))).code).toBe('tensor/geometry')
    }
  })

  test('a changed byte of a record is found by its CRC', async () => {
    const saved = await saveTorch([tensorOf(new Float32Array([1, 2, 3]))])
    const at = Buffer.from(saved).indexOf(Buffer.from(new Float32Array([1, 2, 3]).buffer))
    saved[at] = 1
    expect((await refusal(saved)).code).toBe('zip/crc')
  })

  test('two records of one name are refused', async () => {
    const sink = new MemorySink()
    const zip = new ZipWriter(sink, 64)
    for (const name of ['a/data.pkl', 'a/version', 'a/data.pkl']) await zip.add(name, ascii('3\n'))
    await zip.finish()
    expect((await refusal(sink.bytes())).message).toContain('two records')
  })

  test.each<[string, string]>([
    ['a git-lfs pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:1'],
    ['an HTML page', '<!DOCTYPE html><html></html>'],
    ['a gzip archive', '\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00'],
    ['a JSON file', '{"a": 1}'],
    ['zeros', '\0'.repeat(600)],
    ['nothing', ''],
    ['text', 'hello, this is no checkpoint'],
  ])('%s is refused by what it is', async (_, text) => {
    expect((await refusal(ascii(text))).code).toMatch(/^(file\/unknown-format|safetensors\/corrupt)$/)
  })
})

describe('safetensors headers that are refused', () => {
  const file = (json: string, data: string) => {
    const header = new TextEncoder().encode(json)
    const bytes = new Uint8Array(8 + header.length + data.length)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true)
    bytes.set(header, 8)
    bytes.set(ascii(data), 8 + header.length)
    return bytes
  }
  const good = '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}'

  test('a control: the header that the others damage is accepted', async () => {
    await expect(open(bytesSource(file(good, 'xy')))).resolves.toMatchObject({ format: 'safetensors' })
  })

  test.each<[string, string, string]>([
    ['a hole', good.replace('[0,2]', '[1,3]'), 'xyz'],
    ['bytes after the last tensor', good, 'xyz'],
    ['missing data', good, 'x'],
    ['an overlap', `${good.slice(0, -1)},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 'xy'],
    ['a name twice', `${good.slice(0, -1)},"a":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}`, 'xy'],
    ['a size that differs', good.replace('[2]', '[3]'), 'xy'],
    ['a shape that overflows', good.replace('[2]', '[4294967296,4294967296,4294967296]'), 'xy'],
    ['a negative size', good.replace('[2]', '[-2]'), 'xy'],
    ['a float', good.replace('[2]', '[2.0]'), 'xy'],
    ['an unknown dtype', good.replace('U8', 'toString'), 'xy'],
    ['metadata that is no text', `${good.slice(0, -1)},"__metadata__":{"k":1}}`, 'xy'],
    ['half a surrogate pair', good.replace('"a"', '"\\ud800"'), 'xy'],
    ['a comment', good.replace('{', '{/**/'), 'xy'],
    ['something after the object', `${good}1`, 'xy'],
    ['deep nesting', good.replace('[2]', `${'['.repeat(50)}${']'.repeat(50)}`), 'xy'],
  ])('%s', async (_, json, data) => {
    expect((await refusal(file(json, data))).code).toBe('safetensors/corrupt')
  })

  test('names of Object.prototype are ordinary', async () => {
    const saved = await saveSafetensors([
      ['__proto__', tensorOf(new Uint8Array([1]))],
      ['constructor', tensorOf(new Uint8Array([2]))],
    ])
    const { value } = await open(bytesSource(saved))
    expect([...(value as PyDict).keys()]).toEqual(['__proto__', 'constructor'])
  })
})

describe('mutations of good files', () => {
  const bases = [
    'values.pt',
    'values-legacy.pt',
    'training.pt',
    'net.safetensors',
    'scripted.pt',
    'program.pt2',
    'module-legacy.pt',
  ]

  test.each(bases)(
    '%s with any bytes changed, cut, repeated or inserted ends in a value or a CheckpointError',
    async name => {
      const base = fixture(name)
      await fc.assert(
        fc.asyncProperty(fc.nat(), async seed => {
          const bytes = mutate(base, mulberry32(seed))
          const start = performance.now()
          try {
            await describeCheckpoint(await open(bytesSource(bytes), { full: true }))
          } catch (error) {
            expect(error).toBeInstanceOf(CheckpointError)
          }
          expect(performance.now() - start).toBeLessThan(5000)
        }),
        { numRuns: 80, seed: 4 },
      )
    },
  )
})

describe('files that fuzzing found', () => {
  const found = join(fixtures, 'found')

  test.each(readdirSync(found))('%s ends in time, in a value or a CheckpointError', async name => {
    const bytes = new Uint8Array(readFileSync(join(found, name)))
    const start = performance.now()
    for (const full of [true, false]) {
      const outcome = await open(bytesSource(bytes), { full })
        .then(describeCheckpoint)
        .catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError)
    }
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

function chr(code: number): string {
  return String.fromCharCode(code)
}

/** One to four of: flip bytes, overwrite a run, cut, repeat or move a part, insert numbers that overflow. */
function mutate(base: Uint8Array, next: () => number): Uint8Array {
  let bytes = base.slice()
  const extremes = [0, 0xff, 0x7f, 0x80]
  for (let i = 1 + (next() % 4); i > 0 && bytes.length > 0; i--) {
    const at = next() % bytes.length
    const end = Math.min(bytes.length, at + 1 + (next() % 16))
    switch (next() % 5) {
      case 0:
        bytes[at] = (bytes[at] as number) ^ (1 + (next() % 255))
        break
      case 1:
        bytes.fill(extremes[next() % 4] as number, at, end)
        break
      case 2:
        bytes = bytes.slice(0, at)
        break
      case 3:
        bytes = Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(at)])
        break
      default:
        bytes.set(bytes.slice(at, end), next() % (bytes.length - (end - at) + 1))
    }
  }
  return bytes
}
