/** Why the system refused a file, in its words: without its code before them, and the call with its path after them. */
export function systemReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/^E[A-Z]+: /, '').replace(/, \w+(?: '.*')?$/s, '')
}

/** Whether an error is the system's, as `node:fs` throws it. */
export const isSystemError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
