/** The presets of a model in its class: their options, and the types of their state_dicts. */
import type { MethodDeclarationStructure, OptionalKind, TypeParameterDeclarationStructure } from 'ts-morph'
import type { Model } from '../../compile.ts'
import type { PresetDecl } from '../../spec/spec.ts'
import type { ClassPlan } from '../class-plan.ts'
import { type Code, code, comment, ident, joined, property } from './code.ts'
import type { Context } from './context.ts'
import { optionValue } from './option-value.ts'
import { stateFields } from './state-type.ts'

/** A preset, compiled. */
export interface EmittedPreset {
  readonly decl: PresetDecl
  readonly model: Model
}

const statesName = (model: string): Code => code`${ident(model, new Set())}States`

/** `export type ResNetStates = { resnet18: { ... }, ... }`. */
export function presetStates(model: string, presets: readonly EmittedPreset[]): string {
  const fields = presets.map(({ decl, model: { state } }) => {
    const lines = stateFields(state).map(line => `    ${line}`)
    return `  ${property(decl.name.name)}: {\n${lines.join('\n')}\n  }`
  })
  const doc = `/** The state_dict of each preset of ${comment(model)}: every key with dtype and shape. */`
  return `${doc}\nexport type ${statesName(model)} = {\n${fields.join('\n')}\n}\n`
}

/** The type of the state_dict that a class with presets has. */
export const stateParameter = (): OptionalKind<TypeParameterDeclarationStructure> => ({
  name: 'State',
  constraint: 'Record<string, Tensor>',
  default: 'Record<string, Tensor>',
})

/** `ResNet.preset('resnet34')`. */
export function presetMethod(
  plan: ClassPlan,
  presets: readonly EmittedPreset[],
  cx: Context,
  isGeneric: boolean,
): OptionalKind<MethodDeclarationStructure> {
  const name = ident(plan.name, new Set())
  const states = statesName(plan.name)
  const options = presets.map(({ decl }) => {
    const values = decl.values.map(({ name: param, value }) => {
      const found = plan.options.find(o => o.name === param.name)?.decl ?? null
      return code`${property(param.name)}: ${optionValue(found, value, cx)}`
    })
    const given = values.length === 0 ? code`{}` : code`{ ${joined(values)} }`
    return `  ${property(decl.name.name)}: ${given},`
  })
  const state = isGeneric ? code`<${states}[P]>` : code``
  return {
    name: 'preset',
    isStatic: true,
    docs: [
      {
        description: comment(
          `\nThe member of the family with this name: ${presets.map(p => p.decl.name.name).join(', ')}.`,
        ),
      },
    ],
    typeParameters: [{ name: 'P', constraint: `keyof ${states} & string` }],
    parameters: [{ name: 'name', type: 'P' }],
    returnType: code`${name}${state}`,
    statements: [
      `const presets: { readonly [Q in keyof ${states}]: ${name}Options } = {`,
      ...options,
      '}',
      code`return new ${name}${state}(presets[name])`,
    ],
  }
}
