/** Datasets, samplers and loaders under torch.utils.data's names. */
export type { Collated, Sample } from './collate.ts'
export { DataError, type DataErrorCode } from './data-error.ts'
export { DataLoader, type DataLoaderOptions, type LoaderState } from './data-loader.ts'
export {
  type BatchedDataset,
  ConcatDataset,
  type Dataset,
  IterableDataset,
  type SampleContext,
  Subset,
  TensorDataset,
} from './dataset.ts'
export type { Collate } from './fetch.ts'
export type { HostArray } from './host-array.ts'
export { randomSplit } from './random-split.ts'
export { type CsvOptions, CsvTable, readCsv } from './readers/csv.ts'
export type { DataInput, ReadOptions } from './readers/file-bytes.ts'
export { readIdx } from './readers/idx.ts'
export { type DecodeImage, type ImageFile, ImageFolder } from './readers/image-folder.ts'
export { readNpy, readNpz } from './readers/npy.ts'
export { readTensors } from './readers/tensor-file.ts'
export {
  BatchSampler,
  RandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from './sampler.ts'
export { type ServeOptions, serveDataset } from './serve-dataset.ts'
export { getWorkerInfo, type WorkerInfo } from './worker-info.ts'
