import type { ValidateFunction } from 'ajv'

/** Whether a spec has the right form; `errors` says what is wrong. */
declare const validate: ValidateFunction
export default validate
