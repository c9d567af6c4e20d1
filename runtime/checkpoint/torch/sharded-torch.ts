/**
 * A model split over several files of torch.save, with `pytorch_model.bin.index.json` saying which tensor is where, as transformers
 * wrote it before safetensors.
 */
import type { ByteSource } from '../byte-source.ts'
import { type OpenOptions, openSource } from '../open.ts'
import { PartBudget } from '../part-budget.ts'
import { PyDict } from '../py-dict.ts'
import type { PyValue } from '../python-value.ts'
import { collected, type ShardIndex } from '../safetensors/sharded.ts'

/** True of the name of a file that torch.save may have written. */
export const isTorchShard = (name: string): boolean => /\.(bin|pt|pth)$/i.test(name)

/**
 * One state_dict, in the order of the index, and what the shards name with `full`. Throws what reading a shard throws, and
 * safetensors/corrupt where it lacks a key.
 */
export async function readShardedTorch(
  { places, names }: ShardIndex,
  openShard: (name: string) => Promise<ByteSource>,
  options: OpenOptions,
): Promise<{ readonly value: PyDict; readonly globals: readonly string[] }> {
  const named = new Set<string>()
  const budget = new PartBudget()
  const shards = new Map<string, PyValue>()
  for (const name of names) {
    const { value, globals } = await openSource(await openShard(name), options)
    for (const global of globals) named.add(global)
    budget.keep(value)
    shards.set(name, value)
  }
  const state = collected(places, (name, key) => {
    const shard = shards.get(name)
    return shard instanceof PyDict ? shard.get(key) : undefined
  })
  return { value: new PyDict('OrderedDict', state), globals: [...named].sort() }
}
