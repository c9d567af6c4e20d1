/** The contract of each member of the family, as generated classes, instances and files carry it. */
import type { Generation, KeyContract, Layout, Migration } from '../../runtime/keys/contract.ts'
import type { SpecFile } from '../spec/spec.ts'
import type { CheckedContract } from './check-contract.ts'
import { DEFAULT_PRESET } from './family.ts'
import type { LockedMember } from './lock.ts'

/** In the order of the presets. `layouts` by preset. */
export function keyContracts(
  file: SpecFile,
  { lock, steps }: CheckedContract,
  layouts: ReadonlyMap<string, readonly Layout[]>,
): readonly KeyContract[] {
  const names = [...lock.generations.at(-1)!.members.keys()]
  return names.map(preset => {
    // A preset that went and came back begins anew.
    const lacking = lock.generations.findLastIndex(g => !g.members.has(preset))
    const present = lock.generations.slice(lacking + 1)
    const known = steps.get(preset)
    return {
      model: file.model.name,
      preset: preset === DEFAULT_PRESET && file.presets.length === 0 ? null : preset,
      generations: present.map(g => generationOf(g.generation, g.members.get(preset)!)),
      migrations: present.slice(1).map(
        ({ generation }): Migration => ({
          from: generation - 1,
          to: generation,
          steps: (known?.get(generation) ?? []).map(s => s.step),
        }),
      ),
      layouts: (layouts.get(preset) ?? []).filter(l => l.to >= present[0]!.generation),
    }
  })
}

function generationOf(generation: number, { tensors }: LockedMember): Generation {
  return {
    generation,
    tensors: tensors.map(({ dims: _, ...tensor }) => tensor),
    parameters: tensors.filter(t => t.kind === 'parameter' && t.tie === null).map(t => t.id),
  }
}
