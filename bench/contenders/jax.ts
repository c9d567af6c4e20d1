/** jax-js: one jitted function. */
import type { Step } from '../recipe.ts'
import {
  build,
  type Contender,
  causalMask,
  type Data,
  LEARNING_RATE,
  MOMENTUM,
  type Table,
} from './contender.ts'

/** An array whose uses are counted: each use but the last goes through `ref`. */
interface JaxArray {
  readonly ref: JaxArray
  readonly shape: number[]
  add(x: JaxArray | number): JaxArray
  sub(x: JaxArray | number): JaxArray
  mul(x: JaxArray | number): JaxArray
  div(x: JaxArray | number): JaxArray
  reshape(shape: readonly number[]): JaxArray
  data(): Promise<Data>
  dispose(): void
}

export interface Jax {
  init(...devices: string[]): Promise<unknown>
  defaultDevice(device: string): unknown
  jit<F>(fn: F): F
  valueAndGrad<F>(fn: F): (...args: readonly unknown[]) => [JaxArray, JaxArray[]]
  readonly numpy: {
    array(data: Data | Int32Array, options: { shape: readonly number[]; dtype?: string }): JaxArray
    readonly float32: string
    readonly int32: string
    matmul(a: JaxArray, b: JaxArray): JaxArray
    transpose(x: JaxArray, order: readonly number[]): JaxArray
    concatenate(xs: readonly JaxArray[], axis: number): JaxArray
    take(x: JaxArray, indices: JaxArray, axis: number): JaxArray
    split(x: JaxArray, at: readonly number[], axis: number): JaxArray[]
    sqrt(x: JaxArray): JaxArray
    mean(x: JaxArray, axis?: readonly number[], options?: { keepdims: boolean }): JaxArray
    sum(x: JaxArray, axis?: number): JaxArray
    max(x: JaxArray, axis?: readonly number[]): JaxArray
    pad(x: JaxArray, widths: readonly (readonly number[])[], mode?: string, options?: object): JaxArray
  }
  readonly lax: {
    convGeneralDilated(
      x: JaxArray,
      kernel: JaxArray,
      strides: readonly number[],
      padding: readonly (readonly number[])[],
      options: { featureGroupCount: number },
    ): JaxArray
    reduceWindow(
      x: JaxArray,
      computation: (x: JaxArray) => JaxArray,
      kernel: readonly number[],
      strides: readonly number[],
    ): JaxArray
  }
  readonly nn: {
    relu(x: JaxArray): JaxArray
    relu6(x: JaxArray): JaxArray
    gelu(x: JaxArray, options: { approximate: boolean }): JaxArray
    softmax(x: JaxArray, axis: number): JaxArray
    logSoftmax(x: JaxArray, axis: number): JaxArray
    standardize(x: JaxArray, axis: number, options: { epsilon: number }): JaxArray
    oneHot(x: JaxArray, classes: number): JaxArray
  }
}

export const jaxOn =
  (device: 'wasm' | 'webgpu', library: () => Promise<Jax>): Contender =>
  async ({ recipe, weights, train }) => {
    const loaded = await library()
    await loaded.init(device)
    loaded.defaultDevice(device)
    const { numpy: np, jit, valueAndGrad, nn } = loaded
    const array = (data: Data, shape: readonly number[]): JaxArray =>
      data instanceof Float32Array
        ? np.array(data, { shape })
        : np.array(Int32Array.from(data, Number), { shape, dtype: np.int32 })
    const names = recipe.weights.map(w => w.name)
    const params = recipe.weights.map(({ name, shape }) => array(weights.get(name)!, shape))
    const forward = (given: readonly JaxArray[], inputs: readonly JaxArray[]): JaxArray[] =>
      build(recipe, tableOf(loaded), name => {
        const i = names.indexOf(name)
        return i < 0 ? inputs[recipe.inputs.findIndex(input => input.name === name)]! : given[i]!
      }).map(x => x.ref)
    const feed = (inputs: readonly Data[]) => inputs.map((data, i) => array(data, recipe.inputs[i]!.shape))
    if (train === null) {
      const run = jit((given: JaxArray[], inputs: JaxArray[]) => forward(given, inputs))
      return async inputs => {
        const results = run(
          params.map(p => p.ref),
          feed(inputs),
        )
        return Promise.all(results.map(r => r.data()))
      }
    }
    const classes = recipe.outputs[0]!.shape[1]!
    const loss = (given: JaxArray[], x: JaxArray, labels: JaxArray): JaxArray => {
      const [logits] = forward(given, [x])
      const chosen = nn.oneHot(labels, classes).mul(nn.logSoftmax(logits!, -1))
      return np.mean(np.sum(chosen, 1)).mul(-1)
    }
    const lr = LEARNING_RATE[train]
    const zeros = () => recipe.weights.map(({ shape }) => array(new Float32Array(product(shape)), shape))
    let state = { params, first: zeros(), second: train === 'adam' ? zeros() : [] }
    let count = 0
    const sgd = jit((given: JaxArray[], buffers: JaxArray[], x: JaxArray, labels: JaxArray) => {
      const [value, grads] = valueAndGrad(loss)(
        given.map(p => p.ref),
        x,
        labels,
      )
      const first = buffers.map((b, i) => b.mul(MOMENTUM).add(grads[i]!))
      return [value, given.map((p, i) => p.sub(first[i]!.ref.mul(lr))), first] as const
    })
    const adam = jit(
      (
        given: JaxArray[],
        means: JaxArray[],
        squares: JaxArray[],
        scale: JaxArray,
        x: JaxArray,
        labels: JaxArray,
      ) => {
        const [value, grads] = valueAndGrad(loss)(
          given.map(p => p.ref),
          x,
          labels,
        )
        const first = means.map((m, i) => m.mul(0.9).add(grads[i]!.ref.mul(0.1)))
        const second = squares.map((s, i) => s.mul(0.999).add(grads[i]!.ref.mul(grads[i]!).mul(0.001)))
        // `scale` is lr / (1 - 0.9^t) and 1 / sqrt(1 - 0.999^t).
        const [step, correction] = np.split(scale, [1], 0)
        const next = given.map((p, i) => {
          const denominator = np.sqrt(second[i]!.ref).mul(correction!.ref.reshape([])).add(1e-8)
          return p.sub(first[i]!.ref.mul(step!.ref.reshape([])).div(denominator))
        })
        return [value, next, first, second] as const
      },
    )
    return async ([x, labels]) => {
      count++
      const xs = array(x!, recipe.inputs[0]!.shape)
      const ys = array(labels!, [labels!.length])
      if (train === 'sgd') {
        const [value, next, first] = sgd(state.params, state.first, xs, ys)
        state = { params: next, first, second: [] }
        return [(await value.data()) as Float32Array<ArrayBuffer>]
      }
      const scale = Float32Array.of(lr / (1 - 0.9 ** count), 1 / Math.sqrt(1 - 0.999 ** count))
      const [value, next, first, second] = adam(
        state.params,
        state.first,
        state.second,
        array(scale, [2]),
        xs,
        ys,
      )
      state = { params: next, first, second }
      return [(await value.data()) as Float32Array<ArrayBuffer>]
    }
  }

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

function tableOf({ numpy: np, lax, nn }: Jax): Table<JaxArray> {
  const order = (rank: number, a: number, b: number) => {
    const found = Array.from({ length: rank }, (_, i) => i)
    ;[found[a], found[b]] = [b, a]
    return found
  }
  const perChannel = (x: JaxArray) => x.reshape([1, -1, 1, 1])
  const plus = (y: JaxArray, bias: JaxArray | undefined, per: (b: JaxArray) => JaxArray) =>
    bias === undefined ? y : y.add(per(bias.ref))
  return {
    conv2d: ({ stride, padding, groups }, [x, weight, bias]) =>
      plus(
        lax.convGeneralDilated(
          x!.ref,
          weight!.ref,
          stride,
          padding.map(p => [p, p]),
          { featureGroupCount: groups },
        ),
        bias,
        perChannel,
      ),
    batch_norm: ({ eps }, [x, weight, bias, mean, variance]) => {
      const scale = weight!.ref.div(np.sqrt(variance!.ref.add(eps)))
      const shift = bias!.ref.sub(mean!.ref.mul(scale.ref))
      return x!.ref.mul(perChannel(scale)).add(perChannel(shift))
    },
    linear: (_, [x, weight, bias]) =>
      plus(np.matmul(x!.ref, np.transpose(weight!.ref, [1, 0])), bias, b => b),
    layer_norm: ({ eps }, [x, weight, bias]) =>
      nn.standardize(x!.ref, -1, { epsilon: eps }).mul(weight!.ref).add(bias!.ref),
    embedding: (_, [ids, weight]) => np.take(weight!.ref, ids!.ref, 0),
    relu: (_, [x]) => nn.relu(x!.ref),
    relu6: (_, [x]) => nn.relu6(x!.ref),
    add: (_, [a, b]) => a!.ref.add(b!.ref),
    matmul: (_, [a, b]) => np.matmul(a!.ref, b!.ref),
    gelu: ({ tanh }, [x]) => nn.gelu(x!.ref, { approximate: tanh }),
    softmax: ({ dim }, [x]) => nn.softmax(x!.ref, dim),
    max_pool2d: ({ kernel, stride, padding: [h, w] }, [x]) => {
      // Windows of values that were at least 0: zeros around them change no maximum.
      const padded =
        h + w === 0
          ? x!.ref
          : np.pad(x!.ref, [
              [0, 0],
              [0, 0],
              [h, h],
              [w, w],
            ])
      return lax.reduceWindow(padded, window => np.max(window), kernel, stride)
    },
    global_avg_pool: (_, [x]) => np.mean(x!.ref, [2, 3], { keepdims: true }),
    reshape: ({ shape }, [x]) => x!.ref.reshape(shape),
    transpose: ({ shape, dims: [a, b] }, [x]) => np.transpose(x!.ref, order(shape.length, a, b)),
    narrow: ({ dim, start, length }, [x]) => {
      const size = x!.shape[dim]!
      const parts = np.split(
        x!.ref,
        [start, start + length].filter(at => at > 0 && at < size),
        dim,
      )
      return parts[start > 0 ? 1 : 0]!
    },
    cat: ({ dim }, inputs) =>
      np.concatenate(
        inputs.map(x => x.ref),
        dim,
      ),
    attention: ({ causal, shape }, [query, key, value]) => {
      const [rows, keys] = [shape.at(-2)!, key!.shape.at(-2)!]
      const scores = np.matmul(query!.ref, np.transpose(key!.ref, [0, 1, 3, 2])).mul(shape.at(-1)! ** -0.5)
      const masked = causal ? scores.add(np.array(causalMask(rows, keys), { shape: [rows, keys] })) : scores
      return np.matmul(nn.softmax(masked, -1), value!.ref)
    },
    arange: ({ start, length }: Step & { op: 'arange' }) =>
      np.array(
        Int32Array.from({ length }, (_, i) => start + i),
        { shape: [length], dtype: np.int32 },
      ),
  }
}
