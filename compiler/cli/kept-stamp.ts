/** What a file says of its model, after a state_dict was taken out of it and written elsewhere. */
import { type Checkpoint, PyDict, type StoredTensor } from '../../runtime/checkpoint/index.ts'
import {
  contentDigest,
  fittingPlaces,
  KeysError,
  placeName,
  type Stamp,
  stampedPlace,
  stampOf,
  stampText,
} from '../../runtime/keys/index.ts'
import { contractFor } from '../../runtime/nn/index.ts'
import { EmbeddedSpecError } from '../link/embedded-spec-error.ts'
import { moduleFor, stampedModel } from '../link/stamped-model.ts'

/** `undefined` where the file says nothing, `null` where what it says does not hold of these tensors. Reads their data. */
export async function keptStamp(
  checkpoint: Pick<Checkpoint, 'attachment'>,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<string | null | undefined> {
  const stamp = readStamp(checkpoint)
  if (stamp === undefined || stamp === null) return stamp
  if (!holdsOf(stamp, tensors)) return null
  return stampText({ ...stamp, ...(await contentDigest(new PyDict('dict', tensors))) })
}

/** null for one that is damaged. */
export function readStamp(checkpoint: Pick<Checkpoint, 'attachment'>): Stamp | null | undefined {
  try {
    return stampOf(checkpoint) ?? undefined
  } catch (error) {
    if (error instanceof KeysError) return null
    throw error
  }
}

/** Whether these are the tensors of the model: other keys may have been given, or another of several state_dicts taken. */
function holdsOf(stamp: Stamp, tensors: ReadonlyMap<string, StoredTensor>): boolean {
  if (stamp.contract !== null) {
    const said = stampedPlace(stamp, stamp.contract)
    const fits = fittingPlaces(stamp.contract, tensors)
    return fits.some(({ place }) => said !== null && placeName(place) === placeName(said))
  }
  if (stamp.source === null) return [...tensors.keys()].every(key => Object.hasOwn(stamp.tensors, key))
  try {
    return fittingPlaces(contractFor(moduleFor(stampedModel(stamp))), tensors).length > 0
  } catch (error) {
    if (error instanceof EmbeddedSpecError || error instanceof KeysError) return false
    throw error
  }
}
