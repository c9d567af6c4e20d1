// The layers of ARCHITECTURE.md. Arrows point one way: specs -> compiler -> generated -> runtime.
const forbid = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: to },
})
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment:
        'A cycle has no layers. The evaluator and the printer of the forward language are mutually recursive, as the language is.',
      from: { pathNot: '^compiler/(eval|emit/typescript)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    forbid(
      'runtime-stands-alone',
      '^runtime/',
      '^(compiler|generated|specs|test|bench)/',
      'The runtime knows neither compiler nor generated code.',
    ),
    forbid('ops-import-nothing', '^runtime/ops/', '^(?!runtime/ops/)', 'The op table imports nothing.'),
    forbid(
      'nn-table-imports-ops-only',
      '^runtime/nn/table/',
      '^(?!runtime/(ops|nn/table)/)',
      'The module table imports ops only.',
    ),
    forbid(
      'checkpoint-imports-dtypes-only',
      '^runtime/checkpoint/',
      '^(compiler|generated|runtime/(?!checkpoint/|ops/dtype\\.ts))',
      'Checkpoint formats need dtypes only.',
    ),
    forbid(
      'keys-below-tensors',
      '^runtime/keys/',
      '^runtime/(?!keys/|checkpoint/|kernels/half\\.ts|ops/dtype\\.ts)',
      'Steps move whatever has a shape; runtime/nn brings tensors of devices to them.',
    ),
    forbid(
      'kernels-below-graph',
      '^runtime/kernels/',
      '^runtime/(graph|tensor|autograd|nn|devices|checkpoint)/',
      'Kernels know nothing of graphs.',
    ),
    forbid(
      'autograd-above-tensors',
      '^runtime/(?!autograd/|optim/|train/|index\\.ts)',
      '^runtime/(autograd|optim)/',
      'Tensors record through a hook that autograd installs.',
    ),
    {
      name: 'runtime-has-no-dependency',
      severity: 'error',
      comment: 'The runtime has no package dependency (node: built-ins are loaded by condition).',
      from: { path: '^runtime/' },
      to: { dependencyTypes: ['npm', 'npm-dev'] },
    },
    forbid(
      'compiler-uses-runtime-tables',
      '^compiler/(?!cli/|link/)',
      '^runtime/(?!ops/|nn/table/|checkpoint/index\\.ts|keys/(step|contract|apply|arrays|exact-step|invert|keys-error|nearest-key|pattern|shape-arrays|track)\\.ts)',
      'Only cli and link may use the whole runtime. Of keys: steps, and what they do to shapes and ties.',
    ),
    forbid(
      'compiler-not-generated',
      '^compiler/',
      '^generated/',
      'The compiler makes generated/, it does not use it.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['holdfast-source', 'import', 'types', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
}
