/** OneCycleLR: up to a high rate, then down to almost none. https://arxiv.org/abs/1708.07120 */
import { PyDict } from '../../checkpoint/py-dict.ts'
import { PyFloat } from '../../checkpoint/python-value.ts'
import { cos } from '../../python/libm.ts'
import type { Optimizer } from '../optimizer.ts'
import { numberOf } from '../param-group.ts'
import { refused } from '../refused.ts'
import { setMomentum, startMomentum, usesBeta1 } from './cycled-momentum.ts'
import { LRScheduler, type NumberOption, type PyNumber, perGroup, plain } from './scheduler.ts'

export interface OneCycleOptions {
  readonly max_lr: NumberOption | readonly NumberOption[]
  readonly total_steps?: number
  /** With `steps_per_epoch`, instead of `total_steps`. */
  readonly epochs?: number
  readonly steps_per_epoch?: number
  readonly pct_start?: number
  readonly anneal_strategy?: 'cos' | 'linear'
  readonly cycle_momentum?: boolean
  readonly base_momentum?: NumberOption | readonly NumberOption[]
  readonly max_momentum?: NumberOption | readonly NumberOption[]
  readonly div_factor?: NumberOption
  readonly final_div_factor?: NumberOption
  readonly three_phase?: boolean
  readonly last_epoch?: number
}

/** A part of the cycle: where it ends, and which of a group's options the rate and the momentum go from and to. */
interface Phase {
  readonly end_step: number
  readonly start_lr: string
  readonly end_lr: string
  readonly start_momentum: string
  readonly end_momentum: string
}

export class OneCycleLR extends LRScheduler {
  constructor(optimizer: Optimizer, options: OneCycleOptions) {
    const total = totalSteps(options)
    const { pct_start = 0.3, anneal_strategy = 'cos', cycle_momentum = true, last_epoch = -1 } = options
    super(optimizer, {
      total_steps: total,
      _schedule_phases: phases(total, pct_start, options.three_phase ?? false),
      _anneal_func_type: anneal_strategy,
      cycle_momentum,
    })
    if (!(pct_start >= 0 && pct_start <= 1))
      throw refused(`Expected float between 0 and 1 pct_start, but got ${pct_start}`)
    if (anneal_strategy !== 'cos' && anneal_strategy !== 'linear')
      throw refused(`anneal_strategy must be one of 'cos' or 'linear', instead got ${anneal_strategy}`)
    const highest = perGroup('max_lr', optimizer, options.max_lr)
    for (const [i, { options: of }] of last_epoch === -1 ? optimizer.paramGroups.entries() : []) {
      const first = numberOf(highest[i])! / plain(options.div_factor ?? 25)
      of.set('initial_lr', new PyFloat(first))
      of.set('max_lr', highest[i]!)
      of.set('min_lr', new PyFloat(first / plain(options.final_div_factor ?? 1e4)))
    }
    if (cycle_momentum) {
      const isBeta1 = usesBeta1(optimizer)
      this.fields.set('use_beta1', isBeta1)
      const bounds = {
        highest: perGroup('max_momentum', optimizer, options.max_momentum ?? 0.95),
        lowest: perGroup('base_momentum', optimizer, options.base_momentum ?? 0.85),
      }
      if (last_epoch === -1) startMomentum(optimizer, isBeta1, bounds)
    }
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    const [at, total] = [this.lastEpoch, this.number('total_steps')]
    if (at > total)
      throw refused(`Tried to step ${at} times. The specified number of total steps is ${total}`)
    const phase = this.#phase(at)
    const pct = (at - phase.start) / (phase.end - phase.start)
    return this.groups.map(group => {
      const between = (kind: string): PyFloat => {
        const [from, to] = ['start', 'end'].map(end => group.number(phase.name(`${end}_${kind}`)))
        return new PyFloat(this.#between(from!, to!, pct))
      }
      const rate = between('lr')
      if (this.fields.get('cycle_momentum') === true)
        setMomentum(group, this.fields.get('use_beta1') === true, between('momentum'))
      return rate
    })
  }

  #phase(at: number): { start: number; end: number; name: (key: string) => string } {
    const all = this.fields.get('_schedule_phases')
    const known = Array.isArray(all) ? all.filter(p => p instanceof PyDict) : []
    let start = 0
    for (const [i, phase] of known.entries()) {
      const end = numberOf(phase.get('end_step')) ?? 0
      if (at <= end || i === known.length - 1) return { start, end, name: key => `${phase.get(key)}` }
      start = end
    }
    throw refused("the scheduler's '_schedule_phases' are no phases")
  }

  #between(from: number, to: number, pct: number): number {
    if (this.fields.get('_anneal_func_type') === 'linear') return (to - from) * pct + from
    return to + ((from - to) / 2) * (cos(Math.PI * pct) + 1)
  }
}

function totalSteps({ total_steps: total, epochs, steps_per_epoch: each }: OneCycleOptions): number {
  const positive = (name: string, value: number): number => {
    if (value > 0 && Number.isInteger(value)) return value
    throw refused(`Expected positive integer ${name}, but got ${value}`)
  }
  if (total !== undefined) return positive('total_steps', total)
  if (epochs === undefined || each === undefined)
    throw refused('You must define either total_steps OR (epochs AND steps_per_epoch)')
  return positive('epochs', epochs) * positive('steps_per_epoch', each)
}

function phases(total: number, up: number, isThreefold: boolean): PyDict[] {
  const rise = {
    end_step: up * total - 1,
    start_lr: 'initial_lr',
    end_lr: 'max_lr',
    start_momentum: 'max_momentum',
    end_momentum: 'base_momentum',
  }
  const down = { start_lr: 'max_lr', start_momentum: 'base_momentum', end_momentum: 'max_momentum' }
  const out = { start_lr: 'initial_lr', start_momentum: 'max_momentum', end_momentum: 'max_momentum' }
  const last = { end_step: total - 1, end_lr: 'min_lr' }
  const list: Phase[] = isThreefold
    ? [rise, { ...down, end_step: 2 * up * total - 2, end_lr: 'initial_lr' }, { ...out, ...last }]
    : [rise, { ...down, ...last }]
  const written = (p: Phase, i: number): PyDict =>
    new PyDict('dict', [
      ['end_step', i === list.length - 1 ? p.end_step : new PyFloat(p.end_step)],
      ['start_lr', p.start_lr],
      ['end_lr', p.end_lr],
      ['start_momentum', p.start_momentum],
      ['end_momentum', p.end_momentum],
    ])
  return list.map(written)
}
