/**
 * Memory that is read and written in vectors of four: buffers and shared arrays of float32 whose every index is four times
 * something, plus a literal. Four elements that lie together are then one load, or one store where four statements write them.
 */
import type { Buffer, Expr, LocalArray, SetLocal, Stmt, Store } from '../ir.ts'
import { quadIndex } from '../quad-index.ts'
import { getsOf, stmtBody, stmtExprs, visitExprs, visitStmts } from '../traverse.ts'
import { windowsOf } from '../windows.ts'
import type { WgslTarget } from './target.ts'

/** Four stores, or four settings of a shared array, that are one of a vector. */
export interface QuadWrite {
  readonly to: Buffer | LocalArray
  readonly quad: Expr
  readonly values: readonly Expr[]
}

type Write = Store | SetLocal

const targetOf = (s: Write): Buffer | LocalArray => (s.kind === 'store' ? s.buffer : s.array)
const isWrite = (s: Stmt | undefined): s is Write =>
  s?.kind === 'store' || (s?.kind === 'set' && s.array.space === 'shared')

/** The vector that four statements from `at` on write; null if they do not. */
export function quadWrite(body: readonly Stmt[], at: number): QuadWrite | null {
  const four = body.slice(at, at + 4)
  if (four.length < 4 || !four.every(isWrite)) return null
  const to = targetOf(four[0]!)
  const places = four.map(s => quadIndex(s.index))
  const key = places[0]?.key
  const fits = four.every((s, i) => {
    const place = places[i]
    return (
      targetOf(s) === to &&
      (s.kind === 'set' || s.mask === null) &&
      place?.element === i &&
      place.key === key &&
      // A later value must not be what an earlier statement wrote.
      !getsOf(s.value).some(g => g.array === to)
    )
  })
  return fits ? { to, quad: places[0]!.quad, values: four.map(s => s.value) } : null
}

/** The memory of a shader that is read and written in vectors throughout. */
export function quadMemory(
  bodies: readonly (readonly Stmt[])[],
  shared: readonly LocalArray[],
  target: WgslTarget,
): ReadonlySet<Buffer | LocalArray> {
  const seen = new Map<Buffer | LocalArray, Set<number>>()
  const scattered = new Set<Buffer | LocalArray>()
  const see = (memory: Buffer | LocalArray, index: Expr): void => {
    const place = quadIndex(index)
    if (place === null) scattered.add(memory)
    else seen.set(memory, (seen.get(memory) ?? new Set()).add(place.element))
  }
  const visit = (body: readonly Stmt[]): void => {
    for (let at = 0; at < body.length; at++) {
      const s = body[at]!
      if (isWrite(s)) {
        const vector = quadWrite(body, at)
        if (vector === null) scattered.add(targetOf(s))
        else {
          for (let i = 0; i < 4; i++) see(vector.to, (body[at + i] as Write).index)
          at += 3
        }
      }
      visit(stmtBody(s))
    }
  }
  for (const body of bodies) {
    visit(body)
    visitStmts(body, s => {
      visitExprs(stmtExprs(s), e => {
        if (e.kind === 'load') see(e.buffer, e.index)
        else if (e.kind === 'get' && e.array.space === 'shared') see(e.array, e.index)
      })
    })
  }
  const fits = (memory: Buffer | LocalArray): boolean =>
    'space' in memory
      ? memory.type === 'f32' && memory.size % 4 === 0 && shared.includes(memory)
      : memory.dtype === 'float32' &&
        memory.access !== 'readwrite' &&
        memory.length % 4 === 0 &&
        windowsOf(memory, target).length === 1
  // Where not all four are ever wanted, vectors would bring in what nobody needs.
  const whole = [...seen].filter(([memory, elements]) => elements.size === 4 && fits(memory))
  return new Set(whole.map(([memory]) => memory).filter(memory => !scattered.has(memory)))
}
