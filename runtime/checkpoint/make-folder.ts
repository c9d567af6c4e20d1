/** Making folders. Node only: built-ins are loaded when the function is called. */

/**
 * Makes a folder, and those above it; true where it was not there. Not by Node's own `recursive`, which tries without end where a
 * file system (/proc) has no room for folders. Throws the system's error.
 */
export async function makeFolder(path: string): Promise<boolean> {
  const { mkdir, stat } = await import('node:fs/promises')
  const { dirname, resolve } = await import('node:path')
  const isThere = (folder: string): Promise<boolean> =>
    stat(folder).then(
      found => found.isDirectory(),
      () => false,
    )
  const missing: string[] = []
  for (let folder = resolve(path); !(await isThere(folder)); folder = dirname(folder)) {
    missing.push(folder)
    if (dirname(folder) === folder) break
  }
  for (const folder of missing.toReversed()) {
    try {
      await mkdir(folder)
    } catch (error) {
      // Another process was faster.
      if (!(await isThere(folder))) throw error
    }
  }
  return missing.length > 0
}
