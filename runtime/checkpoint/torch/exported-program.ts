/**
 * `.pt2` archives of torch.export.save: raw tensor records and a JSON table of their names.
 * Source: torch/export/pt2_archive of torch 2.13.
 */
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import type { PyDict } from '../py-dict.ts'
import type { TorchArchive } from './zip-checkpoint.ts'

export function isExportedProgram(archive: TorchArchive): boolean {
  return archive.has('archive_format')
}

export async function readExportedProgram(archive: TorchArchive): Promise<PyDict> {
  const format = await archive.readText('archive_format')
  throw new CheckpointError('exported/corrupt', `the archive format is ${quoted(format)}`)
}
