import { defineConfig } from 'vitest/config'
import { vulkanEnvironment } from './test/webgpu/vulkan.ts'

// Read by the loader of libraries when a worker starts, so the tests cannot set it themselves.
Object.assign(process.env, vulkanEnvironment())

export default defineConfig({
  resolve: { conditions: ['holdfast-source'] },
  ssr: { resolve: { conditions: ['holdfast-source'] } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 },
})
