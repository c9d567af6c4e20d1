/** Small nets to train, each with an optimizer of its own, from the same seeds. */
import type { Device } from '../../runtime/devices/device.ts'
import type { DeviceName } from '../../runtime/devices/registry.ts'
import {
  backward,
  F,
  type Module,
  manualSeed,
  nn,
  type optim,
  setDefaultDevice,
  type Tensor,
  tensor,
} from '../../runtime/index.ts'

export type NetName = 'mlp' | 'cnn'

const layers: Readonly<Record<NetName, () => Module[]>> = {
  mlp: () => [
    new nn.Linear({ in_features: 6, out_features: 8 }),
    new nn.Tanh(),
    new nn.Dropout({ p: 0.25 }),
    new nn.Linear({ in_features: 8, out_features: 4 }),
  ],
  cnn: () => [
    new nn.Conv2d({ in_channels: 1, out_channels: 3, kernel_size: 3, bias: false }),
    new nn.BatchNorm2d({ num_features: 3 }),
    new nn.ReLU(),
    new nn.MaxPool2d({ kernel_size: 2 }),
    new nn.Flatten(),
    new nn.Dropout({ p: 0.5 }),
    new nn.Linear({ in_features: 12, out_features: 4 }),
  ],
}

const INPUT: Readonly<Record<NetName, readonly number[]>> = { mlp: [5, 6], cnn: [5, 1, 6, 6] }

export class Training {
  readonly model: nn.Sequential
  readonly optimizer: optim.Optimizer
  readonly #net: NetName
  readonly #device: DeviceName | Device

  constructor(net: NetName, device: DeviceName | Device, make: (model: Module) => optim.Optimizer) {
    this.#net = net
    this.#device = device
    manualSeed(1)
    setDefaultDevice(device)
    this.model = new nn.Sequential(...layers[net]())
    setDefaultDevice('cpu')
    this.optimizer = make(this.model)
  }

  /** A batch, another one for each number. */
  batch(i: number): [Tensor, Tensor] {
    const shape = INPUT[this.#net]
    const size = shape.reduce((a, b) => a * b, 1)
    const device = this.#device
    const x = Float32Array.from({ length: size }, (_, k) => Math.sin(0.37 * k + i))
    const y = BigInt64Array.from({ length: shape[0]! }, (_, k) => BigInt((3 * k + i) % 4))
    return [tensor(x, { shape, device }), tensor(y, { device })]
  }

  /** One step; the loss. */
  step = (x: Tensor, y: Tensor): Tensor => {
    this.optimizer.zeroGrad()
    const loss = F.crossEntropy(this.model.forward(x), y)
    backward(loss)
    this.optimizer.step()
    return loss
  }
}
