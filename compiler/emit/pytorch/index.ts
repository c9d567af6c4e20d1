/**
 * The PyTorch target: a spec as a Python file of plain torch.nn.Module classes, with the same state_dict keys, shapes and
 * order of parameters, and the same forward. Needs PyTorch alone.
 */
import type { Model } from '../../compile.ts'
import { sourceDigest } from '../source-digest.ts'
import { bodyFunctions, classView, fileFunction } from './class.ts'
import { ClassScope, type Output } from './class-scope.ts'
import { type Code, comment, printed } from './code.ts'
import { Comments } from './comments.ts'
import { helpersFor } from './helpers.ts'
import type { PlannedClass } from './plan.ts'
import { planOutput } from './plan.ts'
import { type FileView, render } from './template.ts'

/**
 * Python source with a class named as the model and one per definition that it uses. Defaults are the spec's own, so the
 * constructor without arguments gives the module that the published checkpoint fits.
 * Throws EmitError for the few specs that Python cannot say.
 */
export function exportPytorch(model: Model): string {
  const plan = planOutput(model)
  const scopes = new Map<PlannedClass, ClassScope>()
  const output: Output = { model, plan, comments: new Comments(), needed: new Set(), scopes }
  for (const cls of plan.classes) scopes.set(cls, new ClassScope(cls, output))
  const functions = plan.functions.map(({ def, file, name }) => {
    const scope = [...scopes.values()].find(s => s.cls.file === file)!
    return fileFunction(def, name, scope, output)
  })
  const bodies = [...scopes.values()].map(scope => bodyFunctions(scope, output))
  const classes = [...scopes.values()].map((scope, i) => classView(scope, bodies[i]!, output))
  const code = [...functions, ...classes.flatMap(c => c.functions)].join('\n')
  const view: FileView = {
    header: header(model),
    imports: imports(code, output.needed),
    functions: [...helpersFor(output.needed), ...functions],
    classes,
  }
  return render(view)
}

function header(model: Model): readonly Code[] {
  const { file, sha256 } = sourceDigest(model.file.source)
  return [
    comment(`Made by holdfast from ${file}, sha256 ${sha256}.`),
    comment('Do not edit: change the spec and export it again.'),
  ]
}

/** Standard library first, then PyTorch; `math` and `F` only where the code names them. */
function imports(code: string, needed: ReadonlySet<string>): FileView['imports'] {
  const standard = [
    ...(/\bmath\./.test(code) ? ['import math'] : []),
    ...(needed.has('OrderedDict') ? ['from collections import OrderedDict'] : []),
  ]
  const torch = [
    'import torch',
    ...(/\bF\./.test(code) ? ['import torch.nn.functional as F'] : []),
    'from torch import nn',
  ]
  return [standard, torch].filter(lines => lines.length > 0).map(lines => ({ lines: lines.map(printed) }))
}
