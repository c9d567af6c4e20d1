/** The graph IR as it is printed: sizes stay symbolic, modules and functions keep their names. */
import { expect, it } from 'vitest'
import { printGraph } from '../../compiler/ir/print.ts'
import { verifyGraph } from '../../compiler/ir/verify.ts'
import { compileText } from './compile-text.ts'

it('a forward is a list of nodes with symbolic shapes, guards and named outputs', () => {
  const { model } = compileText(`holdfast: 1
model: M
dims: { W: { multiple_of: 4 } }
inputs: { x: "float32[N, 3, H, W]" }
outputs: { y: "float32[N, 8]" }
modules: { conv: "Conv2d(3, 4, 3, stride=2, padding=1)", fc: "Linear(8, 8)" }
parameters: { gain: ones(4) }
forward: |
  y = conv(x) * gain[:, None, None] + 1.0
  return fc(y.mean(dim=3).flatten(1))
`)
  verifyGraph(model!.graph)
  expect(printGraph(model!.graph)).toBe(`%0 = input x : float32[N, 3, H, W]
%1 = Conv2d 'conv'(input=%0) : float32[N, 4, (H + 1)//2, 2*(W//4)]
%2 = state gain : float32[4]
%3 = getitem(input=%2, index=[{start: None, stop: None, step: 1}, "newaxis", "newaxis"]) : float32[4, 1, 1]
%4 = mul(input=%1, other=%3) : float32[N, 4, (H + 1)//2, 2*(W//4)]
%5 = add(input=%4, other=1.0, alpha=1) : float32[N, 4, (H + 1)//2, 2*(W//4)]
%6 = mean(input=%5, dim=[3], keepdim=false, dtype=None) : float32[N, 4, (H + 1)//2]
%7 = flatten(input=%6, start_dim=1, end_dim=-1) : float32[N, 4*((H + 1)//2)]
%8 = Linear 'fc'(input=%7) : float32[N, 8]
guard 4*((H + 1)//2) == 8
output y = %8
`)
})

it('sizes that a spec declares equal need no guard', () => {
  const { model } = compileText(`holdfast: 1
model: UNet
dims: { H: { multiple_of: 2 } }
inputs: { x: "float32[N, 2, H]" }
outputs: { y: "float32[N, 4, H]" }
modules: { down: "Conv1d(2, 2, 3, stride=2, padding=1)", up: "ConvTranspose1d(2, 2, 2, stride=2)" }
forward: return cat([x, up(down(x))], dim=1)
`)
  expect(model!.graph.guards).toEqual([])
})
