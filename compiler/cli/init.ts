/** `holdfast init [NAME]`: a commented spec to start from. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeFolder } from '../../runtime/checkpoint/make-folder.ts'
import { CommandError, isSystemError, systemReason, UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

export interface InitOptions {
  /** The folder to write into. */
  readonly specs: string
}

/** Writes `specs/NAME.yaml`; NAME gives the model's name too (`my-model`: MyModel). Throws CommandError rather than overwrite. */
export async function init(name: string, options: InitOptions, terminal: Terminal): Promise<number> {
  const stem = name.replace(/\.ya?ml$/, '')
  const model = modelName(stem)
  if (model === null || stem !== path.basename(stem)) {
    throw new UsageError(
      `'${name}' is no name for a model: give letters, digits and dashes, such as my-model`,
    )
  }
  const file = path.posix.join(options.specs, `${kebab(stem)}.yaml`)
  try {
    await makeFolder(options.specs)
    writeFileSync(file, starter(model), { flag: 'wx' })
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'EEXIST')
      throw new CommandError('init/exists', `${file} exists already; it is left as it is`)
    throw new CommandError('output/unwritable', systemReason(error, file))
  }
  const next = [
    [`holdfast check ${file}`, 'says what is wrong with it, if anything'],
    [`holdfast keys ${file}`, 'lists its state_dict'],
    ['holdfast build', `writes its class to generated/${kebab(stem)}.ts`],
  ] as const
  const width = Math.max(...next.map(([command]) => command.length))
  const lines = next.map(([command, what]) => `  ${command.padEnd(width)}  ${what}\n`)
  terminal.stdout(`wrote ${file}\n${lines.join('')}`)
  return 0
}

const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[_\s]+/g, '-')
    .toLowerCase()

/** null where the name makes no class name. */
function modelName(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return null
  return name
    .split(/[-_]+/)
    .filter(part => part !== '')
    .map(part => part[0]!.toUpperCase() + part.slice(1))
    .join('')
}

/** Kept short: what a first own model needs, with every line explained. */
const starter = (
  model: string,
): string => `# A model for Holdfast. holdfast check says what is wrong with it; docs/spec-language.md has the whole language.
holdfast: 1
model: ${model}
doc: A small network for 28x28 grey images. Say here what yours is.

# Options of the generated class. Every expression below may use them.
params:
  hidden: int = 128
  num_classes: { type: int, default: 10, min: 2 }

# What forward takes and gives. N is any size; the same name is the same size everywhere.
inputs:
  image: float32[N, 1, 28, 28]
outputs:
  logits: float32[N, num_classes]

# The layers, under torch.nn's names, in the order of __init__. Their names are the keys of the state_dict:
# conv.weight, conv.bias, norm.weight, ...
modules:
  conv: Conv2d(1, 16, kernel_size=3, padding=1)
  norm: BatchNorm2d(16)
  pool: MaxPool2d(2)
  # The long form of the same: one argument per line.
  fc1:
    type: Linear
    in_features: 16 * 14 * 14
    out_features: hidden
  dropout: Dropout(0.2)
  fc2: Linear(hidden, num_classes)

# The forward of PyTorch, as it would stand in the class; self. and torch. may be left out.
forward: |
  x = pool(relu(norm(conv(image))))
  x = dropout(relu(fc1(flatten(x, 1))))
  return fc2(x)
`
