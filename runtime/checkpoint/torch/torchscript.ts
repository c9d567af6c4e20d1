/**
 * TorchScript archives (torch.jit.save): the weights of the module tree. The code in the archive is looked at for two
 * lists of names per class, `__parameters__` and `__buffers__`, and for nothing else.
 */
import { distinctObjects } from '../check-tree.ts'
import { CheckpointError } from '../checkpoint-error.ts'
import type { MapLocation } from '../map-location.ts'
import { PyDict } from '../py-dict.ts'
import { PyObject, type PyValue } from '../python-value.ts'
import { StoredTensor } from '../stored-tensor.ts'
import { TorchScriptHost } from './inert.ts'
import { checkVersion, type PickledRecord, readPickledRecord, type TorchArchive } from './zip-checkpoint.ts'

/** Bytes of one file of code, and of all. */
const MAX_CODE = 16 << 20
const MAX_ALL_CODE = 256 << 20
const MAX_MODULES = 100_000

export interface TorchScriptModule extends PickledRecord {
  /** Parameters and buffers under the keys that `torch.jit.load(file).state_dict()` gives. */
  readonly stateDict: PyDict
  /** Tensors that the archive's code uses as constants, in order. */
  readonly constants: PyValue
}

export function isTorchScript(archive: TorchArchive): boolean {
  return archive.has('constants.pkl')
}

export async function readTorchScript(
  archive: TorchArchive,
  mapLocation: MapLocation | undefined,
): Promise<TorchScriptModule> {
  await checkVersion(archive)
  const host = (persistent: (id: PyValue) => PyValue) => new TorchScriptHost(persistent)
  const module = await readPickledRecord(archive, 'data.pkl', 'data/', mapLocation, host)
  const constants = await readPickledRecord(archive, 'constants.pkl', 'constants/', mapLocation, host)
  const slots = await readSlots(archive)
  const stateDict = new PyDict('OrderedDict')
  // The walk goes as deep as the modules do.
  distinctObjects(module.value)
  const walk = { slots, into: stateDict, onPath: new Set<PyObject>(), modules: 0 }
  collect(module.value, '', walk)
  return {
    value: module.value,
    storages: [...module.storages, ...constants.storages],
    stateDict,
    constants: constants.value,
  }
}

interface Slots {
  readonly parameters: readonly string[]
  readonly buffers: readonly string[]
}

/** The two name lists of every class in the archive's code, by the class's full name. */
async function readSlots(archive: TorchArchive): Promise<Map<string, Slots>> {
  const slots = new Map<string, Slots>()
  let all = 0
  for (const record of archive.under('code/')) {
    const size = archive.size(record)
    if (!record.endsWith('.py') || size > MAX_CODE) continue
    all += size
    if (all > MAX_ALL_CODE)
      throw new CheckpointError('limit/exceeded', `the code has more than ${MAX_ALL_CODE >> 20} MiB`)
    const module = record.slice('code/'.length, -'.py'.length).replaceAll('/', '.')
    const code = new TextDecoder().decode(await archive.read(record))
    for (const [, name, body] of code.matchAll(/^class (\w+)\(Module\):\n((?: {2}__\w+__ = \[.*\]\n)*)/gm)) {
      const list = (slot: string) =>
        namesIn(new RegExp(`^ {2}${slot} = \\[(.*)\\]$`, 'm').exec(body ?? '')?.[1] ?? '')
      slots.set(`${module}.${name}`, { parameters: list('__parameters__'), buffers: list('__buffers__') })
    }
  }
  return slots
}

function namesIn(list: string): string[] {
  return [...list.matchAll(/"([^"\\]*)"/g)].map(match => match[1] as string)
}

interface Walk {
  readonly slots: ReadonlyMap<string, Slots>
  readonly into: PyDict
  readonly onPath: Set<PyObject>
  modules: number
}

/** Parameters, then buffers, then submodules, each in the order of the module's attributes, as state_dict() walks. */
function collect(value: PyValue, prefix: string, walk: Walk): void {
  if (!(value instanceof PyObject) || !(value.state instanceof PyDict) || walk.onPath.has(value)) return
  if (++walk.modules > MAX_MODULES) {
    throw new CheckpointError('limit/exceeded', `the module tree unfolds to more than ${MAX_MODULES} modules`)
  }
  walk.onPath.add(value)
  const known = walk.slots.get(value.cls.path)
  const tensors = value.state
    .entries()
    .filter(([name, item]) => typeof name === 'string' && item instanceof StoredTensor)
  const order = known === undefined ? [() => true] : [inList(known.parameters), inList(known.buffers)]
  for (const wanted of order) {
    for (const [name, tensor] of tensors) if (wanted(name as string)) walk.into.set(prefix + name, tensor)
  }
  for (const [name, child] of value.state) collect(child, `${prefix}${String(name)}.`, walk)
  walk.onPath.delete(value)
}

function inList(names: readonly string[]): (name: string) => boolean {
  const set = new Set(names)
  return name => set.has(name)
}
