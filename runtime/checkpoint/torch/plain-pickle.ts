/**
 * What `pickle.dump` wrote, and not `torch.save`: objects with their tensors inside, such as detectron2's models of NumPy arrays.
 * It is read inertly, and only on request: torch.load refuses it too.
 */
import { type ByteSource, readRange } from '../byte-source.ts'
import { CheckpointError } from '../checkpoint-error.ts'
import { PickleEnd } from '../pickle/pickle-reader.ts'
import { unpickle } from '../pickle/unpickler.ts'
import type { PyGlobal, PyTuple, PyValue } from '../python-value.ts'
import { InertHost } from './inert.ts'
import { readLegacyBytes, wrongMagic } from './legacy-checkpoint.ts'
import { isHostileGlobal, WeightsOnlyHost } from './weights-only.ts'

const MAX_PICKLE = 1 << 30
/** What is looked at to say what a file is. */
const WINDOW = 1 << 20
const ON_REQUEST =
  '"holdfast convert --from-module" takes its tensors and arrays, "holdfast inspect --full" shows what is in it, without ' +
  'running anything; in code, open(file, { full: true })'

/** Reads all of it into memory; `named` takes the names that weights-only reading would have refused. Throws CheckpointError. */
export async function readPlainPickle(source: ByteSource, named: Set<string>): Promise<PyValue> {
  if (source.size > MAX_PICKLE)
    throw new CheckpointError('limit/exceeded', `${source.name} is a pickle of ${source.size} bytes`)
  const bytes = await readRange(source, 0, source.size)
  const { value } = unpickle({ bytes, start: 0, base: 0 }, new PlainHost(named))
  if (isNumber(value)) throw wrongMagic()
  return value
}

/** Always throws: says what the file is, and the first name in it that weights-only reading refuses. */
export async function refusePlainPickle(source: ByteSource): Promise<never> {
  const bytes = await readRange(source, 0, Math.min(source.size, WINDOW))
  const what = `${source.name} is a plain pickle (pickle.dump), no checkpoint of torch.save`
  let value: PyValue = null
  try {
    value = unpickle({ bytes, start: 0, base: 0 }, new WeightsOnlyHost(noPersistent)).value
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error
    const { code, message, global, hint } = error
    if (global !== undefined) {
      if (isJoblib(global)) throw joblib(source.name)
      const remedy = isHostileGlobal(global) ? (hint ?? ON_REQUEST) : ON_REQUEST
      throw new CheckpointError(code, `${what}: ${message}`, { global, hint: remedy })
    }
    if (!(error instanceof PickleEnd) || bytes.length === source.size) throw error
  }
  if (isNumber(value)) throw wrongMagic()
  throw new CheckpointError('file/unknown-format', what, { hint: ON_REQUEST })
}

/** A number comes first in the legacy format: another one than PyTorch's was damaged. */
const isNumber = (value: PyValue): boolean => typeof value === 'number' || typeof value === 'bigint'

/** Storages stand in a plain pickle as the bytes of a legacy checkpoint each. */
class PlainHost extends InertHost {
  constructor(named: Set<string>) {
    super(noPersistent, named)
  }

  protected override unknown(module: string, name: string): PyValue {
    if (isJoblib(module)) throw joblib('the file')
    return super.unknown(module, name)
  }

  override call(callable: PyGlobal, args: PyTuple): PyValue {
    const [bytes] = args.items
    if (callable.path !== 'torch.storage._load_from_bytes' || !(bytes instanceof Uint8Array))
      return super.call(callable, args)
    return readLegacyBytes(bytes, persistent => new InertHost(persistent, this.named)).value
  }
}

function noPersistent(): never {
  throw new CheckpointError('pickle/corrupt', 'a persistent id, where no storage can stand', {
    hint: 'the file is damaged or no checkpoint',
  })
}

const isJoblib = (name: string): boolean => name.startsWith('joblib.')

function joblib(name: string): CheckpointError {
  return new CheckpointError('file/unknown-format', `${name} was written by joblib (scikit-learn)`, {
    hint: 'load it with joblib.load in Python, and save its arrays',
  })
}
