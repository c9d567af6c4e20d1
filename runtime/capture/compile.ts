/** `compile`: captures a function of tensors, or a module's forward, into a plan that is replayed. */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import { CaptureError } from '../graph/capture-error.ts'
import type { Module } from '../nn/module.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type InputLike, specOf } from './input-spec.ts'
import { Plan } from './plan.ts'

export interface CompileOptions {
  /** Where inputs are that are given as shapes; the default device unless given. */
  readonly device?: DeviceName | Device
}

/**
 * Captures a function: it is called once with tensors that stand for its inputs, and all that it computes becomes one
 * program, replayed by `run`. Cells that it reads are read in each run, cells that it writes to are written in each: a
 * step of training, from the forward pass to the optimizer, is one plan. Capturing changes nothing by itself.
 *
 * What depends on the host is done in each run, in the order of the trace, where it is a feed: random numbers, learning
 * rates, counts of steps. Any other number or tensor that the function makes or closes over is a constant of the capture.
 * Where a module's mode, an optimizer's option or a cell's shape changes, the next run captures anew.
 *
 * With `inputs` (tensors like the runs', or shapes) the function is captured at once, and runs take only such inputs;
 * without, it is captured for each combination of shapes and dtypes that runs come with, as these come.
 * @throws CaptureError for functions that read elements, are asynchronous, or return what is no tensor
 */
export function compile<R>(
  fn: (...inputs: Tensor[]) => R,
  inputs?: readonly InputLike[],
  options?: CompileOptions,
): Plan<R>
export function compile<R>(
  module: Module & { forward(...inputs: never[]): R },
  inputs?: readonly InputLike[],
  options?: CompileOptions,
): Plan<R>
export function compile(
  target: ((...inputs: Tensor[]) => unknown) | Module,
  inputs?: readonly InputLike[],
  options: CompileOptions = {},
): Plan<unknown> {
  if (typeof target !== 'function' && typeof target?.forward !== 'function')
    throw new CaptureError('capture/function', 'compile takes a function of tensors, or a module')
  const device = options.device === undefined ? defaultDevice() : getDevice(options.device)
  const fn =
    typeof target === 'function' ? target : (...given: Tensor[]) => target.forward(...(given as never[]))
  return new Plan(fn, inputs === undefined ? null : inputs.map(input => specOf(input, device)))
}
