// The module of the worker. Node 20 runs no TypeScript in workers by itself.
import { register } from 'tsx/esm/api'

register()
await import('./stream.ts')
