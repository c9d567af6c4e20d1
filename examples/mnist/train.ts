/**
 * Trains a convolutional network on MNIST, from the four IDX files of http://yann.lecun.com/exdb/mnist/, compressed or not:
 *
 *   npx tsx examples/mnist/train.ts FOLDER [SAMPLES [EPOCHS]]
 */
import { existsSync } from 'node:fs'
import { data, F, Module, manualSeed, nn, optim, type Tensor, train } from 'holdfast/runtime'

const [folder = '.', samples = '60000', epochs = '1'] = process.argv.slice(2)

class Net extends Module {
  readonly conv1 = this.registerModule(
    'conv1',
    new nn.Conv2d({ in_channels: 1, out_channels: 16, kernel_size: 5 }),
  )
  readonly conv2 = this.registerModule(
    'conv2',
    new nn.Conv2d({ in_channels: 16, out_channels: 32, kernel_size: 5 }),
  )
  readonly dropout = this.registerModule('dropout', new nn.Dropout({ p: 0.25 }))
  readonly fc = this.registerModule('fc', new nn.Linear({ in_features: 512, out_features: 10 }))

  override forward(image: Tensor): Tensor {
    let x = image.div(255)
    x = F.maxPool2d(F.relu(this.conv1.forward(x)), 2)
    x = F.maxPool2d(F.relu(this.conv2.forward(x)), 2)
    return this.fc.forward(this.dropout.forward(F.flatten(x, { start_dim: 1 })))
  }
}

const file = (name: string): string => {
  const plain = `${folder}/${name}-ubyte`
  return existsSync(plain) ? plain : `${plain}.gz`
}

async function digits(part: string, most: number): Promise<data.Dataset<Tensor[]>> {
  const images = await data.readIdx(file(`${part}-images-idx3`))
  const labels = await data.readIdx(file(`${part}-labels-idx1`))
  const dataset = new data.TensorDataset(images.unsqueeze(1).to('float32'), labels.to('int64'))
  return new data.Subset(
    dataset,
    Array.from({ length: Math.min(most, dataset.length) }, (_, i) => i),
  )
}

manualSeed(0)
const model = new Net()
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 })
const trained = await digits('train', Number(samples))
const held = await digits('t10k', Number(samples))
await train.fit({
  model,
  optimizer,
  data: new data.DataLoader(trained, { batchSize: 64, shuffle: true }),
  loss: ([image, label]) => F.crossEntropy(model.forward(image!), label!),
  epochs: Number(epochs),
  evaluate: () =>
    train.evaluate({
      model,
      data: new data.DataLoader(held, { batchSize: 500 }),
      predict: ([image, label]) => ({ output: model.forward(image!), target: label! }),
      metrics: { accuracy: new train.Accuracy() },
    }),
  callbacks: [
    train.progressBar({
      write: text => void process.stderr.write(text),
      columns: process.stderr.isTTY ? process.stderr.columns : null,
      epochs: Number(epochs),
    }),
  ],
})
