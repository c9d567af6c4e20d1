/** What WebGPU cannot do is said, and what goes wrong on a device becomes an error of ours. */
import { describe, expect, it } from 'vitest'
import { openWebGpu } from '../../runtime/devices/webgpu/webgpu.ts'
import { chooseDevice, DeviceError, F, getDevice, tensor, useWebGPU } from '../../runtime/index.ts'
import { gpu } from './open-gpu.ts'

/** An entry point without adapters, as browsers without a graphics driver have it. */
const empty = { requestAdapter: async () => null } as unknown as GPU

describe('without an adapter', () => {
  it('opening webgpu says what is missing', async () => {
    await expect(openWebGpu({ gpu: empty })).rejects.toMatchObject({
      code: 'device/unavailable',
      hint: expect.stringContaining('driver'),
    })
  })

  it.skipIf(gpu !== null)('the name webgpu asks for useWebGPU', () => {
    expect(() => getDevice('webgpu')).toThrow(
      expect.objectContaining({ code: 'device/unavailable', hint: expect.stringContaining('useWebGPU') }),
    )
  })

  it.skipIf(gpu !== null)('auto takes the cpu and says why', async () => {
    expect(await chooseDevice({ gpu: empty })).toMatchObject({
      device: { name: 'cpu' },
      reason: 'cpu: WebGPU found no adapter',
    })
  })
})

describe.skipIf(gpu === null)('on webgpu', () => {
  it('auto does not take an adapter that is software, and names it', async () => {
    const choice = await chooseDevice()
    const software = /swiftshader|llvmpipe|lavapipe/i.test(gpu!.adapter)
    expect(choice.device.name).toBe(software ? 'cpu' : 'webgpu')
    expect(choice.reason).toContain(gpu!.adapter)
  })

  it('float64 is refused with what the device computes with', () => {
    const x = tensor([1, 2], { device: 'webgpu' })
    expect(() => x.to('float64')).toThrow(/webgpu does not compute with float64/)
    expect(() => tensor([1, 2], { dtype: 'float64', device: 'webgpu' })).toThrow(
      expect.objectContaining({ code: 'op/unsupported', hint: expect.stringContaining('float32') }),
    )
    x.dispose()
  })

  it('reading at once is refused with what to do instead', () => {
    const x = tensor([1, 2], { device: 'webgpu' })
    expect(() => x.dataSync()).toThrow(
      expect.objectContaining({ code: 'device/synchronous', hint: expect.stringContaining('data()') }),
    )
    x.dispose()
  })

  it('a tensor that is too large is refused before anything is allocated', () => {
    const before = gpu!.stats().liveBuffers
    expect(() => gpu!.alloc(2 ** 40)).toThrow(expect.objectContaining({ code: 'device/memory' }))
    expect(gpu!.stats().liveBuffers).toBe(before)
  })

  it('an index out of range is an error, as on the cpu', async () => {
    const x = tensor([1, 2, 3], { device: 'webgpu' })
    const index = tensor([0n, 7n], { device: 'webgpu' })
    await expect(F.indexSelect(x, 0, index).data()).rejects.toThrow(/index 7 is out of range/)
  })

  it('memory that was freed is refused', () => {
    const memory = gpu!.alloc(8)
    gpu!.free(memory)
    expect(() => gpu!.free(memory)).toThrow(expect.objectContaining({ code: 'device/disposed' }))
  })

  it('a device that is lost fails every call from then on, and can be opened again', async () => {
    const other = await openWebGpu({ gpu: gpu!.gpu })
    const memory = other.alloc(8)
    other.destroy()
    const error = await other.lost
    expect(error).toBeInstanceOf(DeviceError)
    expect(error.code).toBe('device/lost')
    expect(() => other.alloc(8)).toThrow(error)
    await expect(other.read(memory)).rejects.toThrow(error)
    const again = await openWebGpu({ gpu: gpu!.gpu })
    expect(again.alloc(8).bytes).toBe(8)
    again.destroy()
    expect(await useWebGPU()).toBe(gpu)
  })
})
