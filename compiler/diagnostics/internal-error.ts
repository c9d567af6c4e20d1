/** A bug of Holdfast's own: the one kind of error that no input should be able to cause. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}
