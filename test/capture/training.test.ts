/** A captured step of training is the step: every bit of every cell. */
import { describe, expect, it } from 'vitest'
import { materialize } from '../../runtime/checkpoint/materialize.ts'
import { PyDict } from '../../runtime/checkpoint/py-dict.ts'
import type { PyValue } from '../../runtime/checkpoint/python-value.ts'
import { StoredTensor } from '../../runtime/checkpoint/stored-tensor.ts'
import {
  compile,
  getRngState,
  type Module,
  manualSeed,
  optim,
  type Tensor,
  tidy,
} from '../../runtime/index.ts'
import { DEVICES } from '../support/device-check.ts'
import { type NetName, Training } from './nets.ts'

const optimizers: Readonly<Record<string, (model: Module) => optim.Optimizer>> = {
  SGD: m => new optim.SGD(m.parameters(), { lr: 0.1 }),
  'SGD with momentum': m => new optim.SGD(m.parameters(), { lr: 0.1, momentum: 0.9, dampening: 0.1 }),
  'SGD with Nesterov momentum': m =>
    new optim.SGD(m.parameters(), { lr: 0.1, momentum: 0.8, nesterov: true, weight_decay: 0.01 }),
  Adam: m => new optim.Adam(m.parameters(), { lr: 0.02 }),
  'Adam with amsgrad': m => new optim.Adam(m.parameters(), { lr: 0.02, amsgrad: true, weight_decay: 0.1 }),
  AdamW: m => new optim.AdamW(m.parameters(), { lr: 0.02 }),
}

const others: typeof optimizers = {
  Adadelta: m => new optim.Adadelta(m.parameters()),
  Adagrad: m => new optim.Adagrad(m.parameters(), { lr_decay: 0.1 }),
  Adamax: m => new optim.Adamax(m.parameters()),
  NAdam: m => new optim.NAdam(m.parameters(), { lr: 0.02 }),
  RAdam: m => new optim.RAdam(m.parameters(), { lr: 0.02 }),
  RMSprop: m => new optim.RMSprop(m.parameters(), { momentum: 0.5, centered: true }),
}

const STEPS = 6

/** The learning rate as a schedule would set it, beta1 as a cycle would, and other numbers that a run may change. */
function schedule(optimizer: optim.Optimizer, i: number): void {
  for (const group of optimizer.paramGroups) {
    group.lr *= i < 3 ? 1 : 0.5
    if (group.options.has('betas')) group.set('betas', [0.9 - 0.01 * i, 0.999])
    if (group.options.has('eps')) group.set('eps', 1e-8 * (i + 1))
    const decay = group.number('weight_decay')
    if (decay !== 0) group.set('weight_decay', decay * 1.25)
  }
}

/** Everything that training changes, as bytes in text. */
async function stateOf({ model, optimizer }: Training): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const put = async (name: string, data: Promise<ArrayBufferView>) => {
    const { buffer, byteOffset, byteLength } = await data
    found[name] = Buffer.from(buffer, byteOffset, byteLength).toString('hex')
  }
  for (const [key, tensor] of model.stateDict().entries()) await put(key, tensor.data())
  for (const [key, cell] of model.namedParameters()) await put(`grad ${key}`, cell.grad!.data())
  const visit = async (path: string, value: PyValue): Promise<void> => {
    if (value instanceof StoredTensor) await put(path, materialize(value))
    else if (value instanceof PyDict) for (const [k, v] of value.entries()) await visit(`${path}.${k}`, v)
  }
  await visit('optimizer', optimizer.stateDict().get('state')!)
  return found
}

for (const device of DEVICES) {
  describe(`on ${device}, a captured step`, () => {
    for (const net of ['mlp', 'cnn'] satisfies NetName[]) {
      for (const [name, make] of Object.entries({ ...optimizers, ...(net === 'mlp' && others) })) {
        it(`of ${net} with ${name} is the step, bit for bit`, async () => {
          const eager = new Training(net, device, make)
          const captured = new Training(net, device, make)
          manualSeed(7)
          const losses: unknown[] = []
          for (let i = 0; i < STEPS; i++) {
            schedule(eager.optimizer, i)
            losses.push(await tidy(() => eager.step(...eager.batch(i))).item())
          }
          using plan = compile(captured.step)
          manualSeed(7)
          for (let i = 0; i < STEPS; i++) {
            schedule(captured.optimizer, i)
            expect(await (await plan.run(captured.batch(i))).item()).toBe(losses[i])
          }
          expect(await stateOf(captured)).toEqual(await stateOf(eager))
        })
      }
    }

    it('changes nothing where a label is out of range', async () => {
      const training = new Training('cnn', device, optimizers.Adam!)
      using plan = compile(training.step)
      const [x, y] = training.batch(0)
      await plan.run([x, y])
      const before = await stateOf(training)
      const generator = getRngState()
      await expect(plan.run([x, y.add(4)])).rejects.toThrow('Target 7 is out of bounds')
      expect(await stateOf(training)).toEqual(before)
      expect(getRngState()).toEqual(generator)
      await plan.run([x, y])
      expect(await stateOf(training)).not.toEqual(before)
    })

    it('stays captured while its optimizer’s numbers change', async () => {
      for (const [name, make] of Object.entries({ ...optimizers, ...others })) {
        const training = new Training('mlp', device, make)
        let captures = 0
        using plan = compile((x: Tensor, y: Tensor) => {
          captures++
          return training.step(x, y)
        })
        for (let i = 0; i < STEPS; i++) {
          schedule(training.optimizer, i)
          await plan.run(training.batch(i))
        }
        expect([name, captures]).toEqual([name, 1])
        for (const group of training.optimizer.paramGroups) group.set('maximize', true)
        await plan.run(training.batch(0))
        expect([name, captures]).toEqual([name, 2])
      }
    })

    it('can be followed by eager ones, and the other way round', async () => {
      const eager = new Training('cnn', device, optimizers.Adam!)
      const mixed = new Training('cnn', device, optimizers.Adam!)
      using plan = compile(mixed.step)
      const steps = [true, false, false, true, true, false]
      manualSeed(7)
      for (const i of steps.keys()) await tidy(() => eager.step(...eager.batch(i))).item()
      manualSeed(7)
      for (const [i, isCaptured] of steps.entries()) {
        const [x, y] = mixed.batch(i)
        const loss = isCaptured ? await plan.run([x, y]) : tidy(() => mixed.step(x, y))
        await loss.item()
      }
      expect(await stateOf(mixed)).toEqual(await stateOf(eager))
    })
  })
}
