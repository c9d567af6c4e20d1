import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { backward } from '../../runtime/autograd/index.ts'
import {
  type Checkpoint,
  digestTensor,
  load,
  MemorySink,
  PyDict,
  type PyValue,
  StoredTensor,
  stateDictsOf,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import { contentDigest, convertCheckpoint, KeysError, stampOf } from '../../runtime/keys/index.ts'
import {
  Linear,
  loadCheckpoint,
  type Module,
  ReLU,
  Sequential,
  StateDictError,
  saveCheckpoint,
  stateDictFromStored,
  warmStart,
} from '../../runtime/nn/index.ts'
import { Adam } from '../../runtime/optim/index.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import { contract, facts, fixtures, New } from './refactored-net.ts'

const open = (name: string): Promise<Checkpoint> => load(path.join(fixtures, name))

const checkpointOf = (value: PyValue): Pick<Checkpoint, 'value' | 'stateDict' | 'attachment'> => ({
  value,
  stateDict: null,
  attachment: null,
})

async function saved(
  module: Module,
  options: Parameters<typeof saveCheckpoint>[2] = {},
): Promise<Checkpoint> {
  const sink = new MemorySink()
  await saveCheckpoint(module, sink, options)
  return load(sink.bytes())
}

/** Digests of a state_dict by key. */
async function digests(value: PyValue): Promise<Record<string, unknown>> {
  const entries = (value as PyDict).entries().filter(([, v]) => v instanceof StoredTensor)
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, v]) => [key, await digestTensor(v as StoredTensor)] as const)),
  )
}

const inFile = (file: Checkpoint, name: string): PyDict => (file.value as PyDict).get(name) as PyDict

async function errorOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('a checkpoint of an earlier generation', () => {
  test('loads without a stamp, by its keys and shapes', async () => {
    const model = new New()
    const report = await loadCheckpoint(model, await open('refactor-old.pt'), { path: 'model' })
    expect(report).toMatchObject({
      place: { generation: 1 },
      path: 'model',
      prefix: '',
      missingKeys: [],
      unexpectedKeys: [],
    })
    expect(report.loaded.get('attn.k.weight')).toEqual(['qkv.weight'])
    const after = await saved(model)
    expect(await digests(after.value)).toEqual(await digests(inFile(await open('refactor-new.pt'), 'model')))
  })

  test('loads from an averaged copy', async () => {
    const model = new New()
    const report = await loadCheckpoint(model, await open('refactor-old.pt'), { path: 'ema' })
    expect(report.prefix).toBe('module.')
    const { tensors } = stateDictsOf(await open('refactor-new.pt')).find(c => c.path[0] === 'ema')!
    const expected = new PyDict(
      'dict',
      [...tensors].map(([k, v]) => [k.replace(/^module\./, ''), v]),
    )
    const { n_averaged: _, ...bare } = await digests(expected)
    expect(await digests((await saved(model)).value)).toEqual(bare)
  })

  test('asks which state_dict is meant, where two are the model', async () => {
    const error = await errorOf(async () => loadCheckpoint(new New(), await open('refactor-old.pt')))
    expect(error).toMatchObject({
      code: 'keys/ambiguous-generation',
      message: 'model, ema are all state_dicts of New',
    })
  })

  test('is written again as it was, bit for bit', async () => {
    const model = new New()
    const old = await open('refactor-old.pt')
    await loadCheckpoint(model, old, { path: 'model' })
    const again = await saved(model, { generation: 1 })
    expect(Object.keys(await digests(again.value))).toEqual([...inFile(old, 'model').keys()])
    expect(await digests(again.value)).toEqual(await digests(inFile(old, 'model')))
    expect(stampOf(again)).toMatchObject({ model: 'New', generation: 1 })
  })

  test('trains on with its Adam as PyTorch does after the refactor', async () => {
    const file = await open('refactor-old.pt')
    const model = new New()
    await loadCheckpoint(model, file, { path: 'model' })
    const { value } = await convertCheckpoint(contract, file.value)
    const adam = new Adam(model.parameters(), { lr: 0.01 })
    await adam.loadStateDict((value as PyDict).get('adam')!)
    const losses: number[] = []
    for (const { x, y } of facts.batches) {
      const output = model.forward(tensor(Float32Array.from(x), { shape: [6, 5, 4] }))
      const loss = F.crossEntropy(output, tensor(y.map(BigInt)))
      adam.zeroGrad()
      backward(loss)
      adam.step()
      losses.push(Number(await loss.item()))
    }
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(facts.losses[i]!, 5)
  })
})

describe('what a file is stamped with', () => {
  test('decides, where keys and shapes fit several generations', async () => {
    // Both generations have the same keys, and tensors change places.
    const swap = {
      model: 'Sequential',
      preset: null,
      generations: [1, 2].map(generation => ({
        generation,
        tensors: ['0.weight', '1.weight'].map((key, i) => ({
          id: `${(i + generation) % 2}`,
          key,
          shape: [2, 2],
          dtype: 'float32' as const,
          kind: 'parameter' as const,
          tie: null,
        })),
        parameters: ['0', '1'],
      })),
      migrations: [
        {
          from: 1,
          to: 2,
          steps: [
            { kind: 'rename', from: '0.weight', to: 'spare' } as const,
            { kind: 'rename', from: '1.weight', to: '0.weight' } as const,
            { kind: 'rename', from: 'spare', to: '1.weight' } as const,
          ],
        },
      ],
      layouts: [],
    }
    const model = () =>
      new Sequential(
        new Linear({ in_features: 2, out_features: 2, bias: false }),
        new Linear({ in_features: 2, out_features: 2, bias: false }),
      )
    const source = model()
    const old = await saved(source, { contract: swap, generation: 1 })
    const target = model()
    await loadCheckpoint(target, old, { contract: swap })
    expect(await digests((await saved(target)).value)).toEqual(await digests((await saved(source)).value))
    const error = await errorOf(() => loadCheckpoint(model(), checkpointOf(old.value), { contract: swap }))
    expect(error).toMatchObject({
      code: 'keys/ambiguous-generation',
      message: 'the keys are those of generation 2, generation 1 of Sequential',
    })
    await loadCheckpoint(model(), checkpointOf(old.value), { contract: swap, generation: 2 })
  })

  test('of a newer generation than the code knows is refused', async () => {
    const file = await saved(new New())
    const older = {
      ...contract,
      generations: [{ ...contract.generations[1]!, generation: 1 }],
      migrations: [],
    }
    const error = await errorOf(() => loadCheckpoint(new New(), file, { contract: older }))
    expect(error).toMatchObject({
      code: 'keys/no-generation',
      hint: 'this code knows 1; the file is of a newer one',
    })
  })

  test('is the same content digest in either format', async () => {
    const model = new New()
    const [pt, safetensors] = [await saved(model), await saved(model, { format: 'safetensors' })]
    expect(stampOf(pt)!.digest).toBe(stampOf(safetensors)!.digest)
    expect(await contentDigest(safetensors.value)).toEqual({
      digest: stampOf(pt)!.digest,
      tensors: stampOf(pt)!.tensors,
    })
  })
})

describe('wrappers', () => {
  const inner = (key: string): string => key.replace(/^(attn|pre)\./, '$1._fsdp_wrapped_module.')
  test.each([
    ['DataParallel and DDP', (key: string) => `module.${key}`, 'module.'],
    ['torch.compile', (key: string) => `_orig_mod.${key}`, '_orig_mod.'],
    ['torch.compile of DDP', (key: string) => `module._orig_mod.${key}`, 'module._orig_mod.'],
    ['FSDP', (key: string) => `_fsdp_wrapped_module.${inner(key)}`, '_fsdp_wrapped_module.'],
  ])('of %s are recognised', async (_, wrap, prefix) => {
    const source = await open('refactor-new.pt')
    const entries = inFile(source, 'model')
      .entries()
      .map(([key, value]) => [wrap(String(key)), value] as const)
    const model = new New()
    const report = await loadCheckpoint(model, checkpointOf(new PyDict('OrderedDict', entries)))
    expect(report.prefix).toBe(prefix)
    expect(await digests((await saved(model)).value)).toEqual(await digests(inFile(source, 'model')))
  })

  test('are put before the keys when saving', async () => {
    const file = await saved(new New(), { prefix: 'module.', generation: 1 })
    expect([...(file.value as PyDict).keys()].slice(0, 2)).toEqual(['module.qkv.weight', 'module.qkv.bias'])
  })
})

describe('a load that fails', () => {
  const stored = (shapes: Readonly<Record<string, readonly number[]>>): PyDict =>
    new PyDict(
      'OrderedDict',
      Object.entries(shapes).map(([key, shape]) => [
        key,
        tensorOf(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape),
      ]),
    )
  const mlp = () =>
    new Sequential(
      new Linear({ in_features: 4, out_features: 8 }),
      new ReLU(),
      new Linear({ in_features: 8, out_features: 2 }),
    )
  const failureOf = async (shapes: Readonly<Record<string, readonly number[]>>): Promise<StateDictError> => {
    const error = await errorOf(() => loadCheckpoint(mlp(), checkpointOf(stored(shapes))))
    expect(error).toBeInstanceOf(StateDictError)
    return error as StateDictError
  }

  test('names what the keys may be now, with a migration to paste', async () => {
    const error = await failureOf({
      '0.weight': [8, 4],
      '0.bias': [8],
      'out.weight': [2, 8],
      'out.bias': [2],
    })
    expect(error.message).toBe(
      'Error(s) in loading state_dict for Sequential:\n\tMissing key(s) in state_dict: "2.weight", "2.bias". \n\tUnexpected key(s) in state_dict: "out.weight", "out.bias". ',
    )
    expect(error.report).toEqual({
      cause: 'renamed',
      explanation: "the keys have other names: 'out.weight' is probably '2.weight' now",
      pairs: [
        ['out.weight', '2.weight'],
        ['out.bias', '2.bias'],
      ],
      yaml: 'migrations:\n  - to: 2\n    steps:\n      - rename: { from: out, to: "2" }\n',
    })
  })

  test('sees a layer that was inserted into a Sequential', async () => {
    const error = await failureOf({ '0.weight': [8, 4], '0.bias': [8], '1.weight': [2, 8], '1.bias': [2] })
    expect(error.report.cause).toBe('renumbered')
    expect(error.report.yaml).toContain('- rename: { from: "1", to: "2" }')
  })

  test('sees another width', async () => {
    const error = await failureOf({ '0.weight': [16, 4], '0.bias': [16], '2.weight': [2, 16], '2.bias': [2] })
    expect(error.report).toMatchObject({ cause: 'width', yaml: null })
    expect(error.report.explanation).toContain('what is 16 is 8 here'.slice(8))
    expect(error.sizeMismatches).toHaveLength(3)
  })

  test('sees another model', async () => {
    const error = await failureOf({ 'encoder.embedding.table': [100, 7], 'decoder.out.kernel': [7, 3, 3] })
    expect(error.report.cause).toBe('other-model')
  })

  test('sees the prefix of a part', async () => {
    const error = await failureOf({
      'net.0.weight': [8, 4],
      'net.0.bias': [8],
      'net.2.weight': [2, 8],
      'net.2.bias': [2],
    })
    expect(error.report).toMatchObject({
      cause: 'prefix',
      yaml: 'layouts:\n  wrapped:\n    to: 1\n    steps:\n      - rename: { from: net, to: "" }\n',
    })
  })

  test('proposes to split what was fused', async () => {
    const model = new New()
    const fused = { 'attn.qkv.weight': [12, 4], 'attn.qkv.bias': [12] }
    const rest = Object.fromEntries(
      contract.generations[1]!.tensors.filter(t => !t.key.startsWith('attn')).map(t => [t.key, t.shape]),
    )
    const state = await stateDictFromStored(
      stored({ ...rest, ...fused }).entries() as [string, StoredTensor][],
    )
    const error = await errorOf(async () => model.loadStateDict(state))
    expect((error as StateDictError).report.yaml).toContain(
      '- split: { from: attn.qkv.weight, to: [attn.q.weight, attn.k.weight, attn.v.weight], dim: 0 }',
    )
  })

  test('leaves the module as it was', async () => {
    const model = mlp()
    const before = await digests((await saved(model)).value)
    await errorOf(() => loadCheckpoint(model, checkpointOf(stored({ '0.weight': [8, 4] }))))
    expect(await digests((await saved(model)).value)).toEqual(before)
  })

  test('of nothing is an error, strict or not; of a part says what is missing', async () => {
    const error = await errorOf(() =>
      loadCheckpoint(mlp(), checkpointOf(stored({ x: [3] })), { strict: false }),
    )
    expect(error).toBeInstanceOf(KeysError)
    expect(error).toMatchObject({ code: 'keys/nothing' })
    const part = stored({ '0.weight': [8, 4], '0.bias': [8], extra: [1] })
    const report = await loadCheckpoint(mlp(), checkpointOf(part), { strict: false })
    expect(report).toMatchObject({ missingKeys: ['2.weight', '2.bias'], unexpectedKeys: ['extra'] })
    expect([...report.loaded.keys()]).toEqual(['0.weight', '0.bias'])
  })
})

describe('a warm start', () => {
  test('takes a part, of an earlier generation, and freezes it', async () => {
    const model = new New(10)
    const before = await digests((await saved(model)).value)
    const file = await open('refactor-old.pt')
    const report = await warmStart(model, file, {
      path: 'model',
      contract: widened,
      reinit: ['head'],
      freeze: ['attn', 'pre.bn'],
    })
    expect(report.reinitialised).toEqual(['head.weight', 'head.bias'])
    expect(report.unused).toEqual(['fc.weight', 'fc.bias'])
    expect(report.loaded.get('attn.q.bias')).toEqual(['qkv.bias'])
    expect(report.frozen).toContain('attn.v.weight')
    expect(model.q.weight.requiresGrad).toBe(false)
    expect(model.head.weight.requiresGrad).toBe(true)
    const after = await digests((await saved(model)).value)
    const expected = await digests(inFile(await open('refactor-new.pt'), 'model'))
    expect(after).toEqual({
      ...expected,
      'head.weight': before['head.weight'],
      'head.bias': before['head.bias'],
    })
  })

  test('says so where a selected tensor has another shape, or a pattern matches nothing', async () => {
    const file = await open('refactor-old.pt')
    const wide = await errorOf(() => warmStart(new New(10), file, { path: 'model', contract: widened }))
    expect(wide).toMatchObject({ code: 'keys/shape', key: 'head.weight' })
    const none = await errorOf(() => warmStart(new New(), file, { path: 'model', only: ['atn'] }))
    expect(none).toMatchObject({ code: 'keys/missing', key: 'atn', hint: expect.stringContaining('attn') })
  })

  /** The member of the family with ten classes. */
  const widened = {
    ...contract,
    preset: 'ten',
    generations: contract.generations.map(g => ({
      ...g,
      tensors: g.tensors.map(t => (/^(fc|head)/.test(t.key) ? { ...t, shape: t.shape.with(0, 10) } : t)),
    })),
  }
})
