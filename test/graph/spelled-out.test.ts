import { expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { fuse } from '../../runtime/graph/fuse.ts'
import { spelledOut } from '../../runtime/graph/spelled-out.ts'
import { graphOf, trace } from '../../runtime/graph/trace.ts'
import type { Graph } from '../../runtime/graph/value.ts'
import type { Limits } from '../../runtime/kernels/ir.ts'
import { WASM_LIMITS } from '../../runtime/kernels/wasm/compile.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { sample } from '../support/device-check.ts'
import { onDevice } from '../support/on-device.ts'

/** Without room for a kernel by workgroups. */
const cramped: Limits = { ...WASM_LIMITS, invocations: 256, sharedBytes: 1024 }

function attentionGraph(): Graph {
  const b = builderOf(getDevice('reference'))
  const inputs = [sample([2, 5, 4]), sample([2, 7, 4]), sample([2, 7, 6])].map(x => onDevice(x, 'reference'))
  const { node } = b.emit('attention', inputs, { scale: null, causal: true })
  return graphOf(trace([node]), [node])
}

it('attention becomes two products around a softmax, over the same inputs', () => {
  const graph = attentionGraph()
  const spelled = spelledOut(graph, cramped)
  expect(spelled.inputs.map(v => v.shape)).toEqual(graph.inputs.map(v => v.shape))
  expect(spelled.outputs.map(v => v.shape)).toEqual([[2, 5, 6]])
  const operations = spelled.values.map(v => v.operation?.op)
  expect(operations).not.toContain('attention')
  expect(operations.filter(op => op === 'matmul')).toHaveLength(2)
  expect(fuse(spelled, WASM_LIMITS).groups.length).toBeGreaterThan(fuse(graph, WASM_LIMITS).groups.length)
})

it('attention that has a kernel by workgroups stays as it is', () => {
  const graph = attentionGraph()
  expect(spelledOut(graph, { ...cramped, sharedBytes: 11264 })).toBe(graph)
})

it('a graph without attention stays the same object', () => {
  const { node } = builderOf(getDevice('reference')).emit('neg', [onDevice(sample([3]), 'reference')], {})
  const graph = graphOf(trace([node]), [node])
  expect(spelledOut(graph, cramped)).toBe(graph)
})
