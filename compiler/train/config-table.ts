/**
 * The fields of a training configuration: the one table that its reader takes bounds and words from, and its JSON Schema is made
 * of. What depends on other files, such as names of tensors, is checked where those are read.
 */
import { type Choices, LOSSES, METRICS, namesOf, OPTIMIZERS, type OptionKind, SCHEDULERS } from './choices.ts'

export type Field = { readonly doc: string; readonly required?: true } & (
  | { readonly kind: 'text' | 'flag' }
  | { readonly kind: 'integer' | 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Two positive integers. */
  | { readonly kind: 'size' }
  | { readonly kind: 'mapping'; readonly fields: FieldTable }
  /** Values by names that are known elsewhere; `texts` are texts, or lists of them. */
  | { readonly kind: 'named'; readonly of: 'value' | 'texts' }
  /** A file, or files by the names of their tensors. */
  | { readonly kind: 'files' }
  /** A text or a list of them. */
  | { readonly kind: 'texts' }
  | { readonly kind: 'option'; readonly option: OptionKind }
  /** A name, or a mapping with `type`, the options of that type, and these fields. */
  | { readonly kind: 'choice'; readonly choices: Choices; readonly fields: FieldTable }
)
export type FieldTable = Readonly<Record<string, Field>>

const MODE = {
  kind: 'word',
  words: ['min', 'max'],
  doc: 'What is better; less of a loss and of perplexity, more of everything else, unless given.',
} as const satisfies Field

const METRIC = {
  kind: 'text',
  required: true,
  doc: 'A number of the run: loss, eval_loss, or one of its metrics.',
} as const satisfies Field

const count = (doc: string) => ({ kind: 'integer', min: 1, doc }) as const

export const CONFIG = {
  spec: { kind: 'text', required: true, doc: 'The model: the path of its spec.' },
  params: { kind: 'named', of: 'value', doc: 'Values for params of the spec.' },
  seed: {
    kind: 'integer',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    doc: 'Of weights, orders and dropout; 0 unless given.',
  },
  data: {
    kind: 'mapping',
    required: true,
    doc: 'What is trained on, and what the evaluation is computed on.',
    fields: {
      train: {
        kind: 'files',
        required: true,
        doc: 'A file with a tensor for every input and the target, a folder of images, or a file for each tensor.',
      },
      evaluate: { kind: 'files', doc: 'The same, not trained on: metrics are computed on it.' },
      inputs: {
        kind: 'named',
        of: 'texts',
        doc: "Names of tensors by inputs of the model, where they are not the inputs' own; of a table, columns.",
      },
      target: {
        kind: 'texts',
        required: true,
        doc: 'The tensor that the loss compares with; of a table, a column or several.',
      },
      image_size: { kind: 'size', doc: 'Height and width that the images of a folder are resized to.' },
      batch_size: { ...count('Samples of a batch.'), required: true },
      shuffle: { kind: 'flag', doc: 'A new random order every epoch; true unless given.' },
      drop_last: { kind: 'flag', doc: 'Leave out a last batch that is not full.' },
    },
  },
  output: { kind: 'text', doc: 'The output that the loss looks at, where the model has several.' },
  loss: {
    kind: 'choice',
    required: true,
    choices: LOSSES,
    fields: {},
    doc: 'A loss of torch.nn.functional.',
  },
  optimizer: {
    kind: 'choice',
    required: true,
    choices: OPTIMIZERS,
    fields: {},
    doc: "An optimizer of torch.optim, with PyTorch's options.",
  },
  scheduler: {
    kind: 'choice',
    choices: SCHEDULERS,
    fields: {
      every: { kind: 'word', words: ['step', 'epoch'], doc: 'When it moves; epoch unless given.' },
      on: { kind: 'text', doc: 'The number that ReduceLROnPlateau looks at; loss unless given.' },
    },
    doc: "A schedule of torch.optim.lr_scheduler, with PyTorch's options.",
  },
  epochs: { ...count('Epochs in all.'), required: true },
  accumulate: count('Batches whose gradients are added up for a step; 1 unless given.'),
  clip_grad_norm: { kind: 'number', min: 0, doc: 'The largest norm of the gradients.' },
  metrics: { kind: 'words', words: METRICS, doc: 'Computed on data.evaluate after every epoch.' },
  early_stopping: {
    kind: 'mapping',
    doc: 'Ends a run that does not become better.',
    fields: {
      metric: METRIC,
      mode: MODE,
      patience: { ...count('Epochs without an improvement after which the run ends.'), required: true },
      min_delta: { kind: 'number', min: 0, doc: 'The least change that is an improvement; 0 unless given.' },
    },
  },
  checkpoints: {
    kind: 'mapping',
    doc: 'When the run is saved, beside after every epoch.',
    fields: {
      every_steps: count('last.pt also after so many steps.'),
      every_epochs: count('epoch-N.pt after so many epochs.'),
      keep: count('How many epoch-N.pt stay; all unless given.'),
      best: {
        kind: 'mapping',
        doc: 'best.pt whenever a number is better than it ever was.',
        fields: { metric: METRIC, mode: MODE },
      },
    },
  },
  device: {
    kind: 'word',
    words: ['cpu', 'webgpu', 'auto'],
    doc: 'Where to compute; cpu unless given. The option --device takes precedence.',
  },
  tensorboard: { kind: 'flag', doc: 'Whether event files are written.' },
} as const satisfies FieldTable

/** The fields of a choice that is one of its types. */
export function choiceFields(
  { choices, fields }: { readonly choices: Choices; readonly fields: FieldTable },
  type: string,
): FieldTable {
  const options = Object.entries(choices[type] ?? {}).map(([name, option]): [string, Field] => [
    name,
    { kind: 'option', option, doc: `As ${type} has it.` },
  ])
  return { type: typeField(choices), ...Object.fromEntries(options), ...fields }
}

const typeField = (choices: Choices): Field => ({
  kind: 'word',
  words: namesOf(choices),
  required: true,
  doc: 'Which.',
})
