import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['holdfast-source'] },
  ssr: { resolve: { conditions: ['holdfast-source'] } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 },
})
