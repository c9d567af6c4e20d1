/** The Q of a QR decomposition whose R has a positive diagonal: the one decomposition that is unique. */

/**
 * Orthonormal columns that span those of an m x n matrix, m >= n, as a list of columns. By Gram and Schmidt, twice over,
 * which is orthogonal to rounding (Giraud et al. 2005).
 */
export function orthogonalColumns(
  m: number,
  n: number,
  at: (i: number, j: number) => number,
): Float64Array[] {
  const columns: Float64Array[] = []
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: m }, (_, i) => at(i, j))
    for (let pass = 0; pass < 2; pass++) {
      for (const other of columns) {
        const along = dot(column, other)
        for (let i = 0; i < m; i++) column[i]! -= along * other[i]!
      }
    }
    const norm = Math.sqrt(dot(column, column))
    for (let i = 0; i < m; i++) column[i]! /= norm
    columns.push(column)
  }
  return columns
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
