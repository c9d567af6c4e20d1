/** What files that hold a module say of it. */
import type { PyValue } from '../checkpoint/python-value.ts'
import type { KeyContract } from '../keys/contract.ts'
import { currentGeneration, type Place } from '../keys/route.ts'
import { type ModelSource, stampFor, stampText } from '../keys/stamp.ts'
import type { Module } from './module.ts'
import { contractFor, isLocked } from './module-generation.ts'

export interface ModuleStampOptions {
  /** Those of the module's keys; default its own. */
  readonly contracts?: readonly KeyContract[]
  /** The one of these that is the module's, where that is known already. */
  readonly contract?: KeyContract
  /** What the file is of; default the current generation. */
  readonly place?: Place
  /** Default: the spec that the module was made from. null for none. */
  readonly source?: ModelSource | null
}

/** The text that a file is to carry which holds `value`, the module's state among it. Reads the data of all tensors in it. */
export async function moduleStamp(
  module: Module,
  value: PyValue,
  options: ModuleStampOptions = {},
): Promise<string> {
  const { contracts = module.keyContracts, source = await module.modelSource() } = options
  const contract = options.contract ?? contractFor(module, contracts)
  const hasContract = isLocked(contract, contracts)
  const stamp = await stampFor(value, {
    // The name of a class is another one in minified code; that of its spec is not.
    model: hasContract ? contract.model : (source?.model ?? contract.model),
    contract: hasContract ? contract : null,
    place: options.place ?? { generation: currentGeneration(contract).generation },
    source,
  })
  return stampText(stamp)
}
