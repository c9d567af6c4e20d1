/** What captures report. */

export type CaptureErrorCode =
  | 'capture/read' // elements asked for while a function is captured, when there are none
  | 'capture/input' // an input that does not fit what was captured
  | 'capture/output' // results, or arrays for them, that a plan cannot give or fill
  | 'capture/function' // a function that cannot be captured
  | 'capture/disposed' // a plan that was disposed of

export class CaptureError extends Error {
  override readonly name = 'CaptureError'
  readonly code: CaptureErrorCode
  readonly hint: string | null

  constructor(code: CaptureErrorCode, message: string, hint: string | null = null) {
    super(message)
    this.code = code
    this.hint = hint
  }
}
