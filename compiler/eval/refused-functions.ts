/** PyTorch's functions that are known and refused, each with what to write instead. */
import { decomposition, readsData, sizedByData } from '../diagnostics/catalogue/evaluate.ts'
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'

/** The size of what they return depends on data. */
const SIZED_BY_DATA: ReadonlySet<string> = new Set([
  'unique',
  'unique_consecutive',
  'nonzero',
  'argwhere',
  'masked_select',
  'bincount',
])

/** They return a number or a bool of Python's. */
const READS_DATA: ReadonlySet<string> = new Set([
  'item',
  'tolist',
  'numpy',
  'equal',
  'allclose',
  'is_nonzero',
])

/** Factors that iterate until they have converged, or that have no unique signs. */
const DECOMPOSITIONS: ReadonlySet<string> = new Set([
  'svd',
  'svdvals',
  'svd_lowrank',
  'pca_lowrank',
  'eig',
  'eigvals',
  'eigh',
  'eigvalsh',
  'symeig',
  'qr',
  'lu',
  'lu_factor',
  'lu_solve',
  'geqrf',
  'pinv',
  'pinverse',
  'lstsq',
  'matrix_rank',
  'cond',
  'nuclear_norm',
])

/** Why a function or method of that name is refused; null for names that are none of these. */
export function refusedFunction(place: Place, name: string, written: string): Diagnostic | null {
  if (SIZED_BY_DATA.has(name)) return sizedByData(place, written)
  if (READS_DATA.has(name)) return readsData(place, written)
  return DECOMPOSITIONS.has(name) ? decomposition(place, written) : null
}
