/**
 * TensorFlow.js. It computes images with the channels last: values carry their layout, and
 * change it only where an operation needs the other.
 */
import {
  build,
  type Contender,
  causalMask,
  type Data,
  LEARNING_RATE,
  MOMENTUM,
  type Table,
} from './contender.ts'

interface Tensor {
  readonly shape: readonly number[]
  data(): Promise<Float32Array<ArrayBuffer>>
  dispose(): void
}

interface Optimizer {
  minimize(loss: () => Tensor, returnCost: true, variables: readonly Tensor[]): Tensor
}

type Axes = number | readonly number[]

export interface Tf {
  setBackend(name: string): Promise<boolean>
  ready(): Promise<void>
  tidy<T>(fn: () => T): T
  tensor(data: Data | Int32Array, shape: readonly number[], dtype: string): Tensor
  variable(x: Tensor): Tensor
  readonly train: {
    momentum(rate: number, momentum: number): Optimizer
    adam(rate: number): Optimizer
  }
  conv2d(x: Tensor, filter: Tensor, strides: Axes, padding: unknown, format: 'NHWC'): Tensor
  depthwiseConv2d(x: Tensor, filter: Tensor, strides: Axes, padding: unknown, format: 'NHWC'): Tensor
  maxPool(x: Tensor, size: Axes, strides: Axes, padding: unknown): Tensor
  pad(x: Tensor, widths: readonly (readonly number[])[]): Tensor
  transpose(x: Tensor, order: readonly number[]): Tensor
  reshape(x: Tensor, shape: readonly number[]): Tensor
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor
  add(a: Tensor, b: Tensor | number): Tensor
  sub(a: Tensor, b: Tensor | number): Tensor
  mul(a: Tensor, b: Tensor | number): Tensor
  div(a: Tensor, b: Tensor | number): Tensor
  relu(x: Tensor): Tensor
  relu6(x: Tensor): Tensor
  erf(x: Tensor): Tensor
  tanh(x: Tensor): Tensor
  sqrt(x: Tensor): Tensor
  square(x: Tensor): Tensor
  mean(x: Tensor, axes?: Axes, keepDims?: boolean): Tensor
  sum(x: Tensor, axes?: Axes): Tensor
  neg(x: Tensor): Tensor
  softmax(x: Tensor, dim?: number): Tensor
  logSoftmax(x: Tensor, dim?: number): Tensor
  oneHot(x: Tensor, depth: number): Tensor
  gather(x: Tensor, indices: Tensor, axis: number): Tensor
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor
  concat(xs: readonly Tensor[], axis: number): Tensor
}

interface Value {
  readonly tensor: Tensor
  readonly channelsLast: boolean
}

/** @param library loads it with this backend, which may use so many threads */
export const tfjsOn =
  (backend: string, library: (threads: number) => Promise<Tf>): Contender =>
  async ({ recipe, weights, train, threads }) => {
    const tf = await library(threads)
    await tf.setBackend(backend)
    await tf.ready()
    const tensor = (data: Data, shape: readonly number[]): Tensor =>
      data instanceof Float32Array
        ? tf.tensor(data, shape, 'float32')
        : tf.tensor(Int32Array.from(data, Number), shape, 'int32')
    const stored = new Map(
      recipe.weights.map(({ name: key, shape }) => {
        const made = tensor(weights.get(key)!, shape)
        return [key, train === null ? made : tf.variable(made)] as const
      }),
    )
    // Weights are laid out anew once, as a converted model has them; while they train, at each step.
    const laidOut = new Map<Tensor, Tensor>()
    const layOut = (x: Tensor, order: readonly number[]): Tensor => {
      if (train !== null) return tf.transpose(x, order)
      const known = laidOut.get(x)
      if (known !== undefined) return known
      const made = tf.transpose(x, order)
      laidOut.set(x, made)
      return made
    }
    const table = tableOf(tf, layOut)
    const forward = (inputs: readonly Tensor[]): Tensor[] =>
      build(recipe, table, key => {
        const weight = stored.get(key)
        const i = recipe.inputs.findIndex(input => input.name === key)
        return { tensor: weight ?? inputs[i]!, channelsLast: false }
      }).map(value => channelsFirst(tf, value))
    const feed = (inputs: readonly Data[]) =>
      inputs.map((data, i) => tensor(data, recipe.inputs[i]?.shape ?? [data.length]))
    if (train === null) {
      for (const step of recipe.steps) {
        const weight = stored.get(step.inputs[1] ?? '')
        if (weight === undefined) continue
        if (step.op === 'linear') layOut(weight, [1, 0])
        if (step.op === 'conv2d') layOut(weight, filterOrder(step.groups))
      }
      return async inputs => {
        const results = tf.tidy(() => forward(feed(inputs)))
        const data = await Promise.all(results.map(r => r.data()))
        for (const result of results) result.dispose()
        return data
      }
    }
    const optimizer =
      train === 'sgd' ? tf.train.momentum(LEARNING_RATE.sgd, MOMENTUM) : tf.train.adam(LEARNING_RATE.adam)
    const variables = recipe.parameters.map(key => stored.get(key)!)
    return async inputs => {
      const loss = tf.tidy(() => {
        const [x, labels] = feed(inputs)
        const cost = (): Tensor => {
          const [logits] = forward([x!])
          const chosen = tf.mul(tf.oneHot(labels!, logits!.shape[1]!), tf.logSoftmax(logits!, 1))
          return tf.neg(tf.mean(tf.sum(chosen, 1)))
        }
        return optimizer.minimize(cost, true, variables)
      })
      const data = await loss.data()
      loss.dispose()
      return [data]
    }
  }

/** From [out, in, height, width] to what convolutions take, and depthwise ones. */
const filterOrder = (groups: number) => (groups === 1 ? [2, 3, 1, 0] : [2, 3, 0, 1])

function channelsFirst(tf: Tf, { tensor, channelsLast }: Value): Tensor {
  return channelsLast ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor
}

function tableOf(tf: Tf, layOut: (x: Tensor, order: readonly number[]) => Tensor): Table<Value> {
  const plain = (tensor: Tensor): Value => ({ tensor, channelsLast: false })
  const last = (tensor: Tensor): Value => ({ tensor, channelsLast: true })
  const nhwc = ({ tensor, channelsLast }: Value): Tensor =>
    channelsLast ? tensor : tf.transpose(tensor, [0, 2, 3, 1])
  const nchw = (value: Value): Tensor => channelsFirst(tf, value)
  /** Elementwise: in whatever layout the value is. */
  const map =
    (fn: (x: Tensor) => Tensor) =>
    (_: unknown, [x]: readonly Value[]): Value => ({ ...x!, tensor: fn(x!.tensor) })
  const explicit = ([h, w]: readonly [number, number]) =>
    h + w === 0
      ? 'valid'
      : [
          [0, 0],
          [h, h],
          [w, w],
          [0, 0],
        ]
  const normalised = (x: Tensor, eps: number): Tensor => {
    const centred = tf.sub(x, tf.mean(x, -1, true))
    return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps)))
  }
  /** Products of more than two dims take the rows as one. */
  const product = (x: Tensor, weight: Tensor, shape: readonly number[]): Tensor => {
    const rows = tf.reshape(x, [-1, x.shape.at(-1)!])
    return tf.reshape(tf.matMul(rows, layOut(weight, [1, 0])), shape)
  }
  return {
    conv2d: ({ stride, padding, groups }, [x, weight, bias]) => {
      const filter = layOut(weight!.tensor, filterOrder(groups))
      const conv = groups === 1 ? tf.conv2d : tf.depthwiseConv2d
      const y = conv(nhwc(x!), filter, stride, explicit(padding), 'NHWC')
      return last(bias === undefined ? y : tf.add(y, bias.tensor))
    },
    batch_norm: ({ eps }, [x, weight, bias, mean, variance]) => {
      const scale = tf.div(weight!.tensor, tf.sqrt(tf.add(variance!.tensor, eps)))
      const shift = tf.sub(bias!.tensor, tf.mul(mean!.tensor, scale))
      return last(tf.add(tf.mul(nhwc(x!), scale), shift))
    },
    linear: ({ shape }, [x, weight, bias]) => {
      const y = product(nchw(x!), weight!.tensor, shape)
      return plain(bias === undefined ? y : tf.add(y, bias.tensor))
    },
    layer_norm: ({ eps }, [x, weight, bias]) =>
      plain(tf.add(tf.mul(normalised(x!.tensor, eps), weight!.tensor), bias!.tensor)),
    embedding: (_, [ids, weight]) => plain(tf.gather(weight!.tensor, ids!.tensor, 0)),
    relu: map(x => tf.relu(x)),
    relu6: map(x => tf.relu6(x)),
    add: (_, [a, b]) => {
      if (a!.channelsLast || b!.channelsLast) return last(tf.add(nhwc(a!), nhwc(b!)))
      return plain(tf.add(a!.tensor, b!.tensor))
    },
    matmul: (_, [a, b]) => plain(tf.matMul(nchw(a!), nchw(b!))),
    gelu: ({ tanh }, inputs) =>
      map(x => {
        const inner = tanh
          ? tf.tanh(tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI)))
          : tf.erf(tf.mul(x, Math.SQRT1_2))
        return tf.mul(tf.mul(x, 0.5), tf.add(inner, 1))
      })(null, inputs),
    softmax: (_, [x]) => plain(tf.softmax(nchw(x!))),
    max_pool2d: ({ kernel, stride, padding: [h, w] }, [x]) => {
      // Windows of values that were at least 0: zeros around them change no maximum.
      const input =
        h + w === 0
          ? nhwc(x!)
          : tf.pad(nhwc(x!), [
              [0, 0],
              [h, h],
              [w, w],
              [0, 0],
            ])
      return last(tf.maxPool(input, kernel, stride, 'valid'))
    },
    global_avg_pool: (_, [x]) => last(tf.mean(nhwc(x!), [1, 2], true)),
    reshape: ({ shape }, [x]) => {
      const flat = x!.channelsLast && x!.tensor.shape[1] === 1 && x!.tensor.shape[2] === 1
      return plain(tf.reshape(flat ? x!.tensor : nchw(x!), shape))
    },
    transpose: ({ shape, dims: [a, b] }, [x]) => {
      const order = shape.map((_, i) => i)
      ;[order[a], order[b]] = [b, a]
      return plain(tf.transpose(nchw(x!), order))
    },
    narrow: ({ shape, dim, start }, [x]) =>
      plain(
        tf.slice(
          nchw(x!),
          shape.map((_, i) => (i === dim ? start : 0)),
          shape,
        ),
      ),
    cat: ({ dim }, inputs) => plain(tf.concat(inputs.map(nchw), dim)),
    attention: ({ causal, shape }, [query, key, value]) => {
      const [rows, keys] = [shape.at(-2)!, key!.tensor.shape.at(-2)!]
      const scores = tf.mul(tf.matMul(query!.tensor, key!.tensor, false, true), shape.at(-1)! ** -0.5)
      const masked = causal
        ? tf.add(scores, tf.tensor(causalMask(rows, keys), [rows, keys], 'float32'))
        : scores
      return plain(tf.matMul(tf.softmax(masked), value!.tensor))
    },
    arange: ({ start, length }) =>
      plain(
        tf.tensor(
          Int32Array.from({ length }, (_, i) => start + i),
          [length],
          'int32',
        ),
      ),
  }
}
