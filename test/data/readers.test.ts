import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { save } from '../../runtime/checkpoint/index.ts'
import { data, type Tensor, tensor } from '../../runtime/index.ts'
import { scratchFolder } from '../cli/scratch.ts'

interface Fixture {
  readonly npy: readonly {
    dtype: string
    shape: readonly number[]
    order: string
    file: string
    values: readonly number[]
  }[]
  readonly refused: readonly { name: string; file: string }[]
  readonly npz: readonly string[]
  readonly idx: readonly { file: string; values: readonly number[] }[]
  readonly images: {
    paths: readonly string[]
    classes: readonly string[]
    samples: readonly (readonly [string, number])[]
  }
}
const files: Fixture = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/data/readers.json'), 'utf8'),
)
const scratch = scratchFolder()
const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function values(x: Tensor): Promise<number[]> {
  return Array.from(await x.to('float64').data(), Number)
}

const WIDENED: Readonly<Record<string, string>> = { u2: 'int32', '>u2': 'int32', u4: 'int64', u8: 'int64' }

describe('NumPy files', () => {
  for (const { dtype, shape, order, file, values: expected } of files.npy) {
    it(`of ${dtype} [${shape}] in the order of ${order} are read as NumPy reads them`, async () => {
      const found = await data.readNpy(bytesOf(file))
      expect(found.shape).toEqual(shape)
      expect(await values(found)).toEqual(expected)
      if (dtype in WIDENED) expect(found.dtype).toBe(WIDENED[dtype])
    })
  }

  it('in archives are read by name, compressed or not', async () => {
    for (const file of files.npz) {
      const { a, b } = await data.readNpz(bytesOf(file))
      expect([`${a}`, `${b}`]).toEqual(['Tensor(float64[2, 3], cpu)', 'Tensor(int64[2], cpu)'])
      expect(await values(a!)).toEqual([0, 1, 2, 3, 4, 5])
    }
  })

  for (const { name, file } of files.refused) {
    it(`of ${name} are refused as such`, async () => {
      await expect(data.readNpy(bytesOf(file))).rejects.toMatchObject({ code: 'data/unsupported' })
    })
  }
})

describe('IDX files', () => {
  it('of every type are read, compressed or not', async () => {
    for (const { file, values: expected } of files.idx) {
      const found = await data.readIdx(bytesOf(file))
      expect(found.shape).toEqual([2, 3])
      expect(await values(found)).toEqual(expected)
    }
  })

  it('that are damaged say where', async () => {
    const good = bytesOf(files.idx[0]!.file)
    await expect(data.readIdx(good.subarray(0, 3))).rejects.toThrow('within the first four bytes (at byte 3)')
    await expect(data.readIdx(Uint8Array.of(0, 0, 10, 1))).rejects.toThrow('its type is 10 (at byte 2)')
    await expect(data.readIdx(good.subarray(0, 16))).rejects.toThrow('2 x 3 uint8 take 6 bytes, there are 4')
  })
})

describe('Any bytes, and any damage to a file in order,', () => {
  const readers = {
    readNpy: data.readNpy,
    readNpz: data.readNpz,
    readIdx: data.readIdx,
    readCsv: data.readCsv,
  }
  const good: Readonly<Record<keyof typeof readers, Uint8Array>> = {
    readNpy: bytesOf(files.npy[0]!.file),
    readNpz: bytesOf(files.npz[1]!),
    readIdx: bytesOf(files.idx[1]!.file),
    readCsv: textBytes('a,"b ""c"""\r\n1,"2\n3"\n'),
  }
  for (const name of Object.keys(readers) as (keyof typeof readers)[]) {
    it(`are read by ${name} or refused with a DataError`, async () => {
      const damage = fc.array(fc.tuple(fc.nat(good[name].length), fc.nat(255)), { maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 60 }),
          damage,
          fc.nat(good[name].length),
          async (any, at, cut) => {
            const damaged = good[name].slice(0, cut || good[name].length)
            for (const [i, byte] of at) damaged[i] = byte
            for (const bytes of [any, damaged]) {
              try {
                await readers[name](bytes, { limit: 1 << 20 })
              } catch (error) {
                expect(error).toBeInstanceOf(data.DataError)
              }
            }
          },
        ),
        { numRuns: 200 },
      )
    })
  }

  it('are not taken beyond the limit, decompressed', async () => {
    const bomb = gzipSync(new Uint8Array(1 << 20))
    await expect(data.readIdx(bomb, { limit: 1000 })).rejects.toMatchObject({ code: 'data/limit' })
    await expect(data.readIdx(bomb)).rejects.toMatchObject({ code: 'data/malformed' })
  })
})

describe('CSV files', () => {
  it('are read with quotes, line breaks in fields, and both line ends', async () => {
    const table = await data.readCsv(textBytes('name,"a ""b""",n\r\n"x,y","1\n2",3\nz,,4'))
    expect(table.columns).toEqual(['name', 'a "b"', 'n'])
    expect(table.rows).toEqual([
      ['x,y', '1\n2', '3'],
      ['z', '', '4'],
    ])
    expect(table.at(1)).toEqual({ name: 'z', 'a "b"': '', n: '4' })
    expect(await values(table.tensor('n'))).toEqual([3, 4])
  })

  it('without names of columns, and with other delimiters, give tensors', async () => {
    const table = await data.readCsv(textBytes('1;2e-1;.5\n-3;NaN;inf\n'), { header: false, delimiter: ';' })
    const found = table.tensor(['0', '1', '2'], { dtype: 'float64' })
    expect([found.shape, await values(found)]).toEqual([
      [2, 3],
      [1, 0.2, 0.5, -3, Number.NaN, Infinity],
    ])
  })

  const mistakes: readonly (readonly [string, string, string])[] = [
    ['a quote that is never closed', 'a,b\n1,"2\n3', 'a quote is never closed (line 2, column 3)'],
    [
      'a quote within a field',
      'a,b\n1,2"3\n',
      'a quote stands within a field that does not begin with one (line 2, column 4)',
    ],
    [
      'something after a quote',
      'a\n"1"2\n',
      'a closing quote is followed by something else (line 2, column 4)',
    ],
    ['a row that is too short', 'a,b\n1,2\n3\n', 'there are 1 fields, and 2 in the first row (line 3)'],
    [
      'a lone carriage return',
      'a\r1\n',
      'a carriage return is not followed by a line feed (line 1, column 2)',
    ],
    ['two columns of one name', 'a,a\n1,2\n', "two columns are named 'a' (line 1)"],
  ]
  for (const [name, text, message] of mistakes) {
    it(`with ${name} are refused, with the place`, async () => {
      await expect(data.readCsv(textBytes(text))).rejects.toThrow(message)
    })
  }

  it('tell the line of what is no number', async () => {
    const table = await data.readCsv(textBytes('a,b\n"x\ny",1\nz,1O\n'))
    expect(() => table.tensor('b')).toThrow(`"1O" in the column 'b' is no number (line 4)`)
    expect(() => table.tensor('c')).toThrow("there is no column 'c'")
  })
})

it('the tensors of a safetensors file are read by name', async () => {
  const file = scratch.path('data.safetensors')
  await save(new Map([['x', tensor([[1, 2]])]]), file)
  const { x } = await data.readTensors(file)
  expect([`${x}`, await values(x!)]).toEqual(['Tensor(float32[1, 2], cpu)', [1, 2]])
})

describe('Folders of images', () => {
  const { paths, classes, samples } = files.images

  it("have torchvision's classes and order, and are decoded when they are asked for", async () => {
    for (const p of paths) {
      const file = path.join(scratch.path('images'), p)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, p)
    }
    const decoded: string[] = []
    const decode = (bytes: Uint8Array, name: string): Tensor => {
      decoded.push(name)
      return tensor([bytes.length])
    }
    const folder = await data.ImageFolder.open(scratch.path('images'), decode)
    expect(folder.classes).toEqual(classes)
    expect(folder.samples).toEqual(samples)
    expect(decoded).toEqual([])
    for await (const [image, label] of new data.DataLoader(folder, { batchSize: 2 })) {
      expect([image.shape, await values(label)]).toEqual([[2, 1], samples.slice(0, 2).map(s => s[1])])
      break
    }
    expect(decoded).toEqual(samples.slice(0, 2).map(s => s[0]))
  })

  it('without images in a class are refused', () => {
    const file = (name: string) => ({ path: name, bytes: async () => new Uint8Array() })
    expect(() => new data.ImageFolder([file('a/x.png'), file('b/x.txt')], () => tensor([1]))).toThrow(
      "the class 'b' has no images",
    )
    expect(() => new data.ImageFolder([file('x.png')], () => tensor([1]))).toThrow('no folder with images')
  })
})
