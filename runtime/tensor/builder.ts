/** The runtime's builder: checks a primitive by the op table's rule at once, and computes it when it is read. */
import type { Device } from '../devices/device.ts'
import { lossOf } from '../devices/registry.ts'
import { Node, type Operation } from '../graph/node.ts'
import type { Builder, Gradient } from '../ops/builder.ts'
import { type Dim, isSym, printShape, relation } from '../ops/dim.ts'
import { type DType, isFloat } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { type Attrs, type Aval, concreteShapes, infer, type Primitive } from '../ops/primitives.ts'
import { castArguments } from './autocast.ts'
import { History, isRecording, type Step, withRecording } from './history.ts'
import { Tensor } from './tensor.ts'
import { unsupportedOn } from './unsupported.ts'

export class TensorBuilder implements Builder<Tensor> {
  readonly device: Device

  constructor(device: Device) {
    this.device = device
  }

  aval(value: Tensor): Aval {
    return value
  }

  isValue(v: unknown): v is Tensor {
    return v instanceof Tensor
  }

  assumeEqual(a: Dim, b: Dim): boolean {
    return relation(a, b) === 'equal'
  }

  emit<P extends Primitive>(op: P, inputs: readonly Tensor[], attrs: Attrs[P]): Tensor {
    for (const x of inputs) this.#check(op, x)
    const { shape, dtype } = this.#infer(op, inputs, attrs)
    if (!shape.every(d => !isSym(d) && d >= 0))
      throw new OpError('shape/range', `${op} would give shape ${printShape(shape)}`, { op })
    if (!this.device.supports(dtype)) throw unsupportedOn(this.device, op, dtype)
    // The pair is consistent by the signature; a union over all primitives cannot follow it.
    const operation = { op, attrs } as unknown as Operation
    const node = new Node(shape as readonly number[], dtype, this.device, {
      operation,
      inputs: inputs.map(x => x.node),
    })
    return new Tensor(
      node,
      recorder !== null && isRecorded(inputs, node) ? recorder(operation, inputs, node) : null,
    )
  }

  castArguments<A extends object>(row: string, args: A): A {
    return castArguments(row, args, (x, dtype) => this.emit('cast', [x], { dtype }))
  }

  detach(value: Tensor): Tensor {
    return value.requiresGrad ? new Tensor(value.node) : value
  }

  withGradient(
    inputs: readonly Tensor[],
    forward: (...inputs: Tensor[]) => Tensor,
    gradient: Gradient<Tensor>,
  ): Tensor {
    if (!isRecording() || !inputs.some(x => x.requiresGrad)) return forward(...inputs)
    const value = withRecording(false, () => forward(...inputs))
    const step: Step = {
      name: 'withGradient',
      saves: 'both',
      gradient: (saved, grad) => {
        const values = saved.inputs.map((_, i) => saved.input(i))
        return gradient(grad, values, saved.output())
      },
    }
    const result = new Tensor(value.node, new History(step, inputs, value.node))
    if (!inputs.includes(value)) value.dispose()
    return result
  }

  /** Shape and dtype of the result; an error also says what the inputs are, and where. */
  #infer<P extends Primitive>(op: P, inputs: readonly Tensor[], attrs: Attrs[P]): Aval {
    try {
      return infer[op](concreteShapes, inputs, attrs)
    } catch (error) {
      if (error instanceof OpError) {
        error.op ??= op
        const list = inputs.map(x => `${x.dtype}${printShape(x.shape)}`).join(', ')
        error.message += ` (inputs ${list}, on ${this.device.name})`
      }
      throw error
    }
  }

  uniform(shape: readonly Dim[], dtype: DType): Tensor {
    return source().uniform(shape as readonly number[], dtype, this.device)
  }

  normal(shape: readonly Dim[], dtype: DType): Tensor {
    return source().normal(shape as readonly number[], dtype, this.device)
  }

  bernoulli(shape: readonly Dim[], dtype: DType, p: number): Tensor {
    return source().bernoulli(shape as readonly number[], dtype, this.device, p)
  }

  #check(op: string, x: Tensor): void {
    if (x.disposed) throw new OpError('argument/value', `${op}: ${x} was disposed of`, { op })
    if (x.device !== this.device) {
      const loss = lossOf(x.device) ?? lossOf(this.device)
      if (loss !== undefined) throw loss
      throw new OpError(
        'argument/value',
        `${op}: ${x} is not on ${this.device.name}, where the other inputs are`,
        { op, hint: `await x.toDevice('${this.device.name}')` },
      )
    }
  }
}

/** Makes the history of a primitive's result. */
export type Recorder = (operation: Operation, inputs: readonly Tensor[], result: Node) => History | null

let recorder: Recorder | null = null

/** Installs what records operations for their gradients, which stands above tensors. */
export function setRecorder(record: Recorder): void {
  recorder = record
}

/** Whether a result is to have a history: one of its inputs requires a gradient, and it can pass one on. */
const isRecorded = (inputs: readonly Tensor[], result: Node): boolean =>
  isRecording() && isFloat(result.dtype) && inputs.some(x => x.requiresGrad)

/** Tensors of random numbers, drawn when they are made. */
export interface RandomSource {
  /** In [0, 1). */
  uniform(shape: readonly number[], dtype: DType, device: Device): Tensor
  /** Of mean 0 and variance 1. */
  normal(shape: readonly number[], dtype: DType, device: Device): Tensor
  /** Ones with probability p, else zeros. */
  bernoulli(shape: readonly number[], dtype: DType, device: Device, p: number): Tensor
}

let randomSource: RandomSource | null = null

/** Installs the generator of random numbers, which stands above tensors. */
export function setRandomSource(source: RandomSource): void {
  randomSource = source
}

function source(): RandomSource {
  if (randomSource !== null) return randomSource
  throw new OpError('op/unsupported', 'there is no generator of random numbers', {
    hint: 'import the runtime by its index, which installs the generator',
  })
}

const builders = new WeakMap<Device, TensorBuilder>()

/** The builder of a device. */
export function builderOf(device: Device): TensorBuilder {
  let builder = builders.get(device)
  if (builder === undefined) {
    builder = new TensorBuilder(device)
    builders.set(device, builder)
  }
  return builder
}
