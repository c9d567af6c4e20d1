/** Folders: whether they are there, and making them. Node only: built-ins are loaded when the function is called. */

/** Whether a path leads to a folder. */
export async function isFolder(path: string): Promise<boolean> {
  const { stat } = await import('node:fs/promises')
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
}

/**
 * Makes a folder, and those above it; true where it was not there. Not by Node's own `recursive`, which tries without end where a
 * file system (/proc) has no room for folders. Throws the system's error.
 */
export async function makeFolder(path: string): Promise<boolean> {
  const { mkdir } = await import('node:fs/promises')
  const { dirname, resolve } = await import('node:path')
  const missing: string[] = []
  for (let folder = resolve(path); !(await isFolder(folder)); folder = dirname(folder)) {
    missing.push(folder)
    if (dirname(folder) === folder) break
  }
  for (const folder of missing.toReversed()) {
    try {
      await mkdir(folder)
    } catch (error) {
      // Another process was faster.
      if (!(await isFolder(folder))) throw error
    }
  }
  return missing.length > 0
}
