/** The contract of a model's keys as a TypeScript file: data, one line per tensor and step. */
import type { Generation, KeyContract, LockedTensor } from '../../../runtime/keys/contract.ts'
import type { Step } from '../../../runtime/keys/step.ts'
import type { Model } from '../../compile.ts'
import { type Code, code, joined, num, property, str } from './code.ts'
import { type EmitOptions, fileHeader } from './index.ts'

export function emitContracts(
  model: Model,
  contracts: readonly KeyContract[],
  options: Pick<EmitOptions, 'source' | 'runtime'>,
): string {
  const items = contracts.map(contractCode)
  return [
    fileHeader(model, options),
    code`import type { KeyContract } from ${str(options.runtime)}\n`,
    code`/** What checkpoints of ${str(model.file.model.name)} hold in every generation, and the way from each to the next. */`,
    code`export const contracts: readonly KeyContract[] = ${block(items, 0)}\n`,
  ].join('\n')
}

function contractCode({ model, preset, generations, migrations, layouts }: KeyContract): Code {
  const steps = (list: readonly Step[]): Code =>
    block(
      list.map(step => data(step)),
      4,
    )
  return object(
    [
      code`model: ${str(model)}`,
      code`preset: ${data(preset)}`,
      code`generations: ${block(generations.map(generationCode), 2)}`,
      code`migrations: ${block(
        migrations.map(m =>
          object([code`from: ${num(m.from)}`, code`to: ${num(m.to)}`, code`steps: ${steps(m.steps)}`], 3),
        ),
        2,
      )}`,
      code`layouts: ${block(
        layouts.map(l =>
          object(
            [
              code`name: ${str(l.name)}`,
              code`to: ${num(l.to)}`,
              ...(l.order === undefined ? [] : [code`order: ${data(l.order)}`]),
              code`steps: ${steps(l.steps)}`,
            ],
            3,
          ),
        ),
        2,
      )}`,
    ],
    1,
  )
}

const generationCode = ({ generation, tensors, parameters }: Generation): Code =>
  object(
    [
      code`generation: ${num(generation)}`,
      code`tensors: ${block(tensors.map(tensorCode), 4)}`,
      code`parameters: ${data(parameters)}`,
    ],
    3,
  )

const tensorCode = ({ id, key, shape, dtype, kind, tie }: LockedTensor): Code =>
  code`{ id: ${str(id)}, key: ${str(key)}, shape: ${data(shape)}, dtype: ${str(dtype)}, kind: ${str(kind)}, tie: ${data(tie)} }`

/** Each item on a line of its own. */
const block = (items: readonly Code[], depth: number): Code => wrapped(code`[`, items, code`]`, depth)
const object = (fields: readonly Code[], depth: number): Code => wrapped(code`{`, fields, code`}`, depth)

function wrapped(open: Code, items: readonly Code[], close: Code, depth: number): Code {
  if (items.length === 0) return code`${open}${close}`
  const indent = indentation(depth + 1)
  const lines = joined(
    items.map(item => code`${indent}${item},\n`),
    code``,
  )
  return code`${open}\n${lines}${indentation(depth)}${close}`
}

const indentation = (depth: number): Code =>
  joined(
    Array.from({ length: depth }, () => code`  `),
    code``,
  )

function data(value: unknown): Code {
  if (value === null || value === undefined) return code`null`
  if (typeof value === 'string') return str(value)
  if (typeof value === 'number') return num(value)
  if (Array.isArray(value)) return code`[${joined(value.map(data))}]`
  return code`{ ${joined(Object.entries(value).map(([name, item]) => code`${property(name)}: ${data(item)}`))} }`
}
