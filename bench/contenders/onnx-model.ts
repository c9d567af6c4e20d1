/**
 * Writes a recipe as an ONNX model: the few messages of the format that this takes, in protobuf's encoding.
 * Source: onnx/onnx.proto, opset 20, https://onnx.ai/onnx/operators/
 */
import type { Recipe, Step } from '../recipe.ts'
import { build, causalMask, type Data, type Table } from './contender.ts'

type Chunks = readonly Uint8Array[]

const FLOAT = 1
const INT64 = 7

const length = (chunks: Chunks): number => chunks.reduce((sum, c) => sum + c.length, 0)

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const more = rest > 127n
    bytes.push(Number(rest & 127n) | (more ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

const integer = (field: number, value: number): Chunks => [varint(field << 3), varint(value)]
const message = (field: number, content: Chunks): Chunks => [
  varint((field << 3) | 2),
  varint(length(content)),
  ...content,
]
const text = (field: number, value: string): Chunks => message(field, [new TextEncoder().encode(value)])

function float(field: number, value: number): Chunks {
  return [varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]
}

function tensor(name: string, shape: readonly number[], data: Data): Chunks {
  return [
    ...shape.flatMap(d => integer(1, d)),
    ...integer(2, data instanceof Float32Array ? FLOAT : INT64),
    ...text(8, name),
    ...message(9, [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
  ]
}

type Attribute = number | string | readonly number[] | { readonly float: number }

function attribute(name: string, value: Attribute): Chunks {
  if (typeof value === 'number') return [...text(1, name), ...integer(3, value), ...integer(20, 2)]
  if (typeof value === 'string') return [...text(1, name), ...text(4, value), ...integer(20, 3)]
  if ('float' in value) return [...text(1, name), ...float(2, value.float), ...integer(20, 1)]
  return [...text(1, name), ...value.flatMap(v => integer(8, v)), ...integer(20, 7)]
}

function port(name: string, shape: readonly number[], dtype: string): Chunks {
  const dims = shape.flatMap(d => message(1, integer(1, d)))
  const type = [...integer(1, dtype === 'float32' ? FLOAT : INT64), ...message(2, dims)]
  return [...text(1, name), ...message(2, message(1, type))]
}

/** The bytes of the model, in pieces. */
export function onnxModel(recipe: Recipe, weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>): Chunks {
  const nodes: Chunks[] = []
  const constants: Chunks[] = []
  let made = 0
  const constant = (shape: readonly number[], data: Data): string => {
    const name = `c${made++}`
    constants.push(tensor(name, shape, data))
    return name
  }
  const ints = (...values: number[]): string =>
    constant([values.length], BigInt64Array.from(values.map(BigInt)))
  const node = (
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = `t${made++}`,
  ): string => {
    nodes.push([
      ...inputs.flatMap(name => text(1, name)),
      ...text(2, output),
      ...text(4, type),
      ...Object.entries(attributes).flatMap(([name, value]) => message(5, attribute(name, value))),
    ])
    return output
  }
  const swapped = (rank: number, a: number, b: number): number[] => {
    const order = Array.from({ length: rank }, (_, i) => i)
    ;[order[a], order[b]] = [b, a]
    return order
  }
  const both = ([a, b]: readonly [number, number]) => [a, b, a, b]
  const table: Table<string> = {
    conv2d: ({ stride, padding, groups }, inputs) =>
      node('Conv', inputs, { strides: stride, pads: both(padding), group: groups }),
    batch_norm: ({ eps }, inputs) => node('BatchNormalization', inputs, { epsilon: { float: eps } }),
    linear: ({ shape }, [x, weight, bias]) => {
      if (shape.length === 2)
        return node('Gemm', [x!, weight!, ...(bias === undefined ? [] : [bias])], { transB: 1 })
      const product = node('MatMul', [x!, node('Transpose', [weight!], { perm: [1, 0] })])
      return bias === undefined ? product : node('Add', [product, bias])
    },
    layer_norm: ({ eps }, inputs) =>
      node('LayerNormalization', inputs, { axis: -1, epsilon: { float: eps } }),
    embedding: (_, [ids, weight]) => node('Gather', [weight!, ids!], { axis: 0 }),
    relu: (_, inputs) => node('Relu', inputs),
    relu6: (_, [x]) => node('Clip', [x!, constant([], Float32Array.of(0)), constant([], Float32Array.of(6))]),
    add: (_, inputs) => node('Add', inputs),
    matmul: (_, inputs) => node('MatMul', inputs),
    gelu: ({ tanh }, inputs) => node('Gelu', inputs, { approximate: tanh ? 'tanh' : 'none' }),
    softmax: ({ dim }, inputs) => node('Softmax', inputs, { axis: dim }),
    max_pool2d: ({ kernel, stride, padding }, inputs) =>
      node('MaxPool', inputs, { kernel_shape: kernel, strides: stride, pads: both(padding) }),
    global_avg_pool: (_, inputs) => node('GlobalAveragePool', inputs),
    reshape: ({ shape }, [x]) => node('Reshape', [x!, ints(...shape)]),
    transpose: ({ shape, dims: [a, b] }, [x]) =>
      node('Transpose', [x!], { perm: swapped(shape.length, a, b) }),
    narrow: ({ dim, start, length: size }, [x]) =>
      node('Slice', [x!, ints(start), ints(start + size), ints(dim)]),
    cat: ({ dim }, inputs) => node('Concat', inputs, { axis: dim }),
    attention: ({ causal, shape }, [query, key, value]) => {
      const head = shape.at(-1)!
      const keys = shapes.get(key!)!.at(-2)!
      const product = node('MatMul', [query!, node('Transpose', [key!], { perm: [0, 1, 3, 2] })])
      const scores = node('Mul', [product, constant([], Float32Array.of(head ** -0.5))])
      const rows = shape.at(-2)!
      const masked = causal ? node('Add', [scores, constant([rows, keys], causalMask(rows, keys))]) : scores
      return node('MatMul', [node('Softmax', [masked], { axis: -1 }), value!])
    },
    arange: ({ start, length: size }) =>
      constant(
        [size],
        BigInt64Array.from({ length: size }, (_, i) => BigInt(start + i)),
      ),
  }
  const shapes = new Map<string, readonly number[]>(recipe.inputs.map(i => [i.name, i.shape]))
  // Names of results are made here: their shapes are noted under them.
  const noting = Object.fromEntries(
    Object.entries(table).map(([op, make]) => [
      op,
      (step: Step, inputs: readonly string[]) => {
        const output = (make as (step: Step, inputs: readonly string[]) => string)(step, inputs)
        shapes.set(output, step.shape)
        return output
      },
    ]),
  ) as unknown as Table<string>
  const results = build(recipe, noting, name => name)
  const outputs = results.map((name, i) => node('Identity', [name], {}, `output${i}`))
  const graph: Chunks = [
    ...nodes.flatMap(n => message(1, n)),
    ...text(2, 'bench'),
    ...recipe.weights.flatMap(({ name, shape }) => message(5, tensor(name, shape, weights.get(name)!))),
    ...constants.flatMap(c => message(5, c)),
    ...recipe.inputs.flatMap(({ name, shape, dtype }) => message(11, port(name, shape, dtype))),
    ...recipe.outputs.flatMap(({ shape, dtype }, i) => message(12, port(outputs[i]!, shape, dtype))),
  ]
  const opset: Chunks = [...text(1, ''), ...integer(2, 20)]
  return [...integer(1, 9), ...message(8, opset), ...message(7, graph)]
}
