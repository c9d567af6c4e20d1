/** Padding layers: https://pytorch.org/docs/2.13/nn.html#padding-layers */
import { required } from '../../ops/args.ts'
import { padding as functions } from '../../ops/functions/padding.ts'
import { call } from './call.ts'
import { oneInput } from './declare.ts'
import { defineModule } from './row.ts'

type Spatial = 1 | 2 | 3

const padArgs = (size: Spatial) => [required('padding', 'ints', { size: 2 * size })] as const

const pad = <const N extends string>(
  name: N,
  size: Spatial,
  mode: 'constant' | 'reflect' | 'replicate' | 'circular',
) =>
  defineModule({
    name,
    args: padArgs(size),
    inputs: oneInput,
    returns: 'tensor',
    doc: `Pads the last ${size === 1 ? 'dimension' : `${size} dimensions`}, last first: ${mode === 'constant' ? 'zeros' : mode}.`,
    version: 1,
    state: () => [],
    forward: (b, _state, { input }, { padding }) => ({
      out: call(b, functions.pad, { input, pad: padding, mode }),
    }),
  })

const constantPad = <const N extends string>(name: N, size: Spatial) =>
  defineModule({
    name,
    args: [...padArgs(size), required('value', 'float')],
    inputs: oneInput,
    returns: 'tensor',
    doc: `Pads the last ${size === 1 ? 'dimension' : `${size} dimensions`}, last first, with a value.`,
    version: 1,
    state: () => [],
    forward: (b, _state, { input }, { padding, value }) => ({
      out: call(b, functions.pad, { input, pad: padding, value }),
    }),
  })

const ConstantPad1d = constantPad('ConstantPad1d', 1)
const ConstantPad2d = constantPad('ConstantPad2d', 2)
const ConstantPad3d = constantPad('ConstantPad3d', 3)
const ZeroPad1d = pad('ZeroPad1d', 1, 'constant')
const ZeroPad2d = pad('ZeroPad2d', 2, 'constant')
const ZeroPad3d = pad('ZeroPad3d', 3, 'constant')
const ReflectionPad1d = pad('ReflectionPad1d', 1, 'reflect')
const ReflectionPad2d = pad('ReflectionPad2d', 2, 'reflect')
const ReflectionPad3d = pad('ReflectionPad3d', 3, 'reflect')
const ReplicationPad1d = pad('ReplicationPad1d', 1, 'replicate')
const ReplicationPad2d = pad('ReplicationPad2d', 2, 'replicate')
const ReplicationPad3d = pad('ReplicationPad3d', 3, 'replicate')
const CircularPad1d = pad('CircularPad1d', 1, 'circular')
const CircularPad2d = pad('CircularPad2d', 2, 'circular')
const CircularPad3d = pad('CircularPad3d', 3, 'circular')

export const paddings = {
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
} as const
