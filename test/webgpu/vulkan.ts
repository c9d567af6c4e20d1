/**
 * Where WebGPU in Node finds a graphics driver: the system's, or the software one that the chromium package brings along
 * (SwiftShader). Environment variables that are set already are left alone.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'

/** Folders of Chromium and its relatives, as distributions install them. */
const FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/usr/lib64/chromium-browser',
]

export function vulkanEnvironment(): Readonly<Record<string, string>> {
  const { VK_ICD_FILENAMES: given, LD_LIBRARY_PATH: libraries } = process.env
  if (given !== undefined) return {}
  const folder = FOLDERS.find(f => existsSync(path.join(f, 'vk_swiftshader_icd.json')))
  if (folder === undefined) return {}
  const environment: Record<string, string> = {
    VK_ICD_FILENAMES: path.join(folder, 'vk_swiftshader_icd.json'),
  }
  // The package also has the loader, which else comes with graphics drivers.
  if (existsSync(path.join(folder, 'libvulkan.so.1')))
    environment.LD_LIBRARY_PATH = libraries === undefined ? folder : `${libraries}:${folder}`
  return environment
}
