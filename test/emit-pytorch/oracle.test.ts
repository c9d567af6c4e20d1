import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const python = process.env.HOLDFAST_ORACLE_PYTHON
if (python === undefined)
  console.log('exported files are not run in PyTorch: HOLDFAST_ORACLE_PYTHON names no Python that has it')

describe.skipIf(python === undefined)('exported files in real PyTorch', () => {
  it('load checkpoints strictly and give the same outputs and initial weights', { timeout: 600_000 }, () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'holdfast-exports-'))
    try {
      const scripts = path.join(root, 'test/oracle/emit')
      const run = (command: string, args: readonly string[]): string =>
        execFileSync(command, args, { cwd: root, encoding: 'utf8' })
      run('npx', ['tsx', '--conditions=holdfast-source', path.join(scripts, 'write_exports.ts'), directory])
      const report = run(python!, [path.join(scripts, 'verify_export.py'), directory])
      expect(report).not.toContain('FAIL')
      expect(report).toMatch(/(\d+) of \1 exported files pass/)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
})
