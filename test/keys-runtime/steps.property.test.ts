/** Random trees and random chains: what the shapes accept runs on data, what they refuse does not, and the inverse leads back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { materialize } from '../../runtime/checkpoint/index.ts'
import { applySteps, KeysError, ShapeOnly, shapeArrays, undoSteps } from '../../runtime/keys/index.ts'
import { attempt } from '../../runtime/keys/keys-error.ts'
import { runChecks, storedArrays } from '../../runtime/keys/stored-arrays.ts'
import { dataOf, scenario, target } from './random-steps.ts'

test('the prover accepts exactly the chains that run on data, and says the same of them', async () => {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(scenario, async ([entries, steps]) => {
      const data = dataOf(entries)
      const shapes = new Map([...data].map(([key, value]) => [key, new ShapeOnly(value)]))
      const proof = attempt(() => applySteps(steps, shapes, shapeArrays, { target }))
      const run = attempt(() => applySteps(steps, data, storedArrays, { target }))
      if (proof instanceof KeysError || run instanceof KeysError) {
        expect(proof).toEqual(run)
        return
      }
      accepted++
      const described = [...run.state].map(([key, { shape, dtype }]) => [key, shape, dtype])
      expect([...proof.state].map(([key, { shape, dtype }]) => [key, shape, dtype])).toEqual(described)
      for (const tensor of run.state.values())
        expect((await materialize(tensor)).length).toBe(tensor.byteLength)
    }),
    { numRuns: 6000, seed: 7 },
  )
  expect(accepted).toBeGreaterThan(300)
})

test('the inverse after the chain gives every element back, where nothing was named lossy', async () => {
  let undone = 0
  await fc.assert(
    fc.asyncProperty(scenario, async ([entries, steps]) => {
      const data = dataOf(entries)
      const run = attempt(() => applySteps(steps, data, storedArrays, { target }))
      if (run instanceof KeysError || steps.some(s => s.kind === 'drop')) return
      const kept = await runChecks(run.checks).then(
        () => true,
        () => false,
      )
      if (!kept) return
      undone++
      const back = undoSteps(run.exact, run.state, storedArrays)
      await runChecks(back.checks)
      expect(new Set(back.state.keys())).toEqual(new Set(data.keys()))
      for (const [key, tensor] of back.state) {
        expect(tensor.shape).toEqual(data.get(key)!.shape)
        expect(await materialize(tensor)).toEqual(await materialize(data.get(key)!))
      }
    }),
    { numRuns: 6000, seed: 8 },
  )
  expect(undone).toBeGreaterThan(200)
})
