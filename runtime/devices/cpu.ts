/** The CPU: one WebAssembly memory, programs as WebAssembly modules. */
import { ReferenceDevice } from './reference.ts'

export class CpuDevice extends ReferenceDevice {}
