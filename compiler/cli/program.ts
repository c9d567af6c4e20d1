/**
 * The command line: which commands there are, what they take, and how they end. The work is in one file per command, which is loaded
 * when the command is given: start would take longer than most of them.
 */
import { Command, CommanderError, Option } from 'commander'
import type { BreakingOptions } from './breaking.ts'
import type { BuildCommandOptions } from './build.ts'
import { BUILD_DEFAULTS } from './build-defaults.ts'
import type { ConvertOptions } from './convert.ts'
import type { DiffOptions } from './diff.ts'
import type { ExportOptions, ExportTarget } from './export.ts'
import type { ExtractOptions } from './extract.ts'
import type { LockOptions } from './lock.ts'
import type { MigrateOptions } from './migrate.ts'
import type { RunOptions } from './run.ts'
import type { Terminal } from './terminal.ts'
import type { TrainOptions } from './train.ts'
import type { VerifyOptions } from './verify-resume.ts'
import { version } from './version.ts'

/**
 * Runs one command line (without the names of node and script). The exit code is 0 when all is well, 1 when the input is
 * at fault, 2 for wrong usage.
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0
  const program = createProgram(terminal, result => {
    code = result
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Help and version end with 0, what commander refuses is wrong usage; it has said so.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { reportFailure } = await import('./failure.ts')
    return reportFailure(error, terminal)
  }
}

const EXPORT_TARGETS: readonly ExportTarget[] = ['pytorch', 'card']

type Done = (code: number) => void

const several = (value: string, before: readonly string[]): readonly string[] => [...before, value]

const presetOption = (): Option => new Option('--preset <name>', 'a preset of the spec')

const paramOption = (): Option =>
  new Option('--param <name=value>', 'a param of the spec; may be repeated')
    .argParser(several)
    .default([], 'none')

function createProgram(terminal: Terminal, done: Done): Command {
  const program = new Command('holdfast')
    .description('Model specs, compiled to typed modules that load and run PyTorch checkpoints.')
    .version(version())
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError()
    .configureOutput({ writeOut: text => terminal.stdout(text), writeErr: text => terminal.stderr(text) })
  addInit(program, terminal, done)
  addCheck(program, terminal, done)
  addBuild(program, terminal, done)
  addLock(program, terminal, done)
  addBreaking(program, terminal, done)
  addKeys(program, terminal, done)
  addGraph(program, terminal, done)
  addRun(program, terminal, done)
  addTraining(program, terminal, done)
  addExport(program, terminal, done)
  addInspect(program, terminal, done)
  addDiff(program, terminal, done)
  addConvert(program, terminal, done)
  addMigrate(program, terminal, done)
  addExtract(program, terminal, done)
  addVerify(program, terminal, done)
  return program
}

function addInit(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('init')
    .description('write a commented spec to start from')
    .argument('[name]', 'name of the model, such as my-model', 'my-model')
    .option('--specs <dir>', 'folder to write into', 'specs')
    .action(async (name, options) => {
      const { init } = await import('./init.ts')
      done(await init(name, options, terminal))
    })
}

function addCheck(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('check')
    .description('say what is wrong with specs')
    .argument('[spec...]', 'files and folders (default: specs)')
    .option('--json', 'one JSON object per file and line')
    .option('--notes', 'also say what is in order but worth knowing')
    .action(async (specs, options) => {
      const { check } = await import('./check.ts')
      done(await check(specs, options, terminal))
    })
}

function addBuild(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('build')
    .description('compile the specs of a folder to typed classes')
    .option('--check', 'write nothing; fail unless the classes are what a build would write')
    .option('--specs <dir>', 'folder of the specs', BUILD_DEFAULTS.specs)
    .option('--out <dir>', 'folder of the classes', BUILD_DEFAULTS.out)
    .option('--runtime <specifier>', 'what the classes import', BUILD_DEFAULTS.runtime)
    .action(async (options: BuildCommandOptions) => {
      const { build } = await import('./build.ts')
      done(await build(options, terminal))
    })
}

function addLock(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('lock')
    .description('write down the keys that checkpoints rely on')
    .argument(
      '[spec...]',
      'files, and folders, which stand for the specs in them that are locked (default: specs)',
    )
    .option('--check', 'write nothing; fail unless the locks are current')
    .action(async (specs, options: LockOptions) => {
      const { lock } = await import('./lock.ts')
      done(await lock(specs, options, terminal))
    })
}

function addBreaking(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('breaking')
    .description('say what has changed that breaks checkpoints, optimizers or code')
    .argument('[spec...]', 'files and folders (default: specs)')
    .requiredOption('--against <ref>', 'a git revision, or a spec or lock as a file')
    .addOption(
      new Option('--format <format>', 'how to say it')
        .choices(['text', 'json', 'github', 'sarif'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .action(async (specs, options: BreakingOptions) => {
      const { breaking } = await import('./breaking.ts')
      done(await breaking(specs, options, terminal))
    })
}

function addKeys(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('keys')
    .description('list the state_dict of a model, in its order')
    .argument('<spec>')
    .addOption(presetOption())
    .addOption(paramOption())
    .option('--json', '[{key, shape, dtype, kind}, ...]')
    .action(async (spec, options) => {
      const { keys } = await import('./keys.ts')
      done(await keys(spec, options, terminal))
    })
}

function addGraph(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('graph')
    .description('print what the forward of a model computes, with shapes')
    .argument('<spec>')
    .addOption(presetOption())
    .addOption(paramOption())
    .action(async (spec, options) => {
      const { graph } = await import('./graph.ts')
      done(await graph(spec, options, terminal))
    })
}

function addRun(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('run')
    .description("compute a model's outputs, in eval mode")
    .argument('<spec>')
    .addOption(
      new Option('--weights <file>', 'checkpoint: .pt, .pth, TorchScript or safetensors; may be repeated')
        .argParser(several)
        .default([], 'none'),
    )
    .requiredOption('--inputs <file>', 'safetensors with a tensor x or in.x for every input x')
    .requiredOption('--outputs <file>', 'safetensors to write')
    .addOption(presetOption())
    .addOption(paramOption())
    .option('--device <name>', 'where to compute: cpu, webgpu or auto', 'cpu')
    .option('--prefix <prefix>', 'which part of the checkpoint, such as ema.state_dict or module.encoder')
    .action(async (spec, options: RunOptions) => {
      const { run } = await import('./run.ts')
      done(await run(spec, options, terminal))
    })
}

const jsonOption = (what: string): Option => new Option('--json', what)
const deviceOption = (): Option =>
  new Option(
    '--device <name>',
    "where to compute: cpu, webgpu or auto (default: the configuration's, or cpu)",
  )

function addTraining(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('train')
    .description('train a model as a configuration says')
    .argument('<config>', 'a .yaml file')
    .option('--run <dir>', "folder of the run's files (default: runs/ and the configuration's name)")
    .option('--check', 'only say what is wrong with the configuration')
    .addOption(jsonOption('one JSON object per epoch and line'))
    .addOption(deviceOption())
    .action(async (config, options: TrainOptions) => {
      const { trainCommand } = await import('./train.ts')
      done(await trainCommand(config, options, terminal))
    })
  program
    .command('resume')
    .description('go on with a run from where it was saved last')
    .argument('<run>', 'the folder of the run')
    .addOption(jsonOption('one JSON object per epoch and line'))
    .addOption(deviceOption())
    .action(async (run, options: TrainOptions) => {
      const { resumeCommand } = await import('./train.ts')
      done(await resumeCommand(run, options, terminal))
    })
  program
    .command('verify-resume')
    .description('whether a run that was stopped and resumed comes to the same bits')
    .argument('<config>', 'a .yaml file')
    .option('--steps <n>', 'how many steps', '20')
    .option('--stop <n>', 'after which one to stop (default: in the middle)')
    .addOption(jsonOption('one JSON object'))
    .addOption(deviceOption())
    .action(async (config, options: VerifyOptions) => {
      const { verifyResume } = await import('./verify-resume.ts')
      done(await verifyResume(config, options, terminal))
    })
}

function addExport(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('export')
    .description('write a spec as PyTorch source, or as a model card')
    .argument('<spec>')
    .addOption(new Option('--to <target>', 'what to write').choices(EXPORT_TARGETS).makeOptionMandatory())
    .option('-o, --output <file>', 'where to (default: stdout)')
    .addOption(presetOption())
    .addOption(paramOption())
    .action(async (spec, options: ExportOptions) => {
      const { exportSpec } = await import('./export.ts')
      done(await exportSpec(spec, options, terminal))
    })
}

function addInspect(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('inspect')
    .description('show what is in checkpoints; nothing of them is run')
    .argument('<file...>')
    .option('--json', 'one JSON object per file and line, with digests')
    .option('--stats', 'minimum, maximum and mean of every tensor')
    .option('--full', 'also whole pickled models and TorchScript archives')
    .action(async (files, options) => {
      const { inspect } = await import('./inspect.ts')
      done(await inspect(files, options, terminal))
    })
}

function addDiff(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('diff')
    .description('compare two checkpoints: keys, shapes and values; exit code 1 when they differ')
    .argument('<a>')
    .argument('<b>')
    .option('--atol <number>', 'absolute difference of elements that are taken as equal', '0')
    .option('--rtol <number>', 'the same, as a part of the element of B', '0')
    .option('--json', 'one JSON object')
    .option('--full', 'also whole pickled models')
    .action(async (a, b, options: DiffOptions) => {
      const { diff } = await import('./diff.ts')
      done(await diff(a, b, options, terminal))
    })
}

function addMigrate(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('migrate')
    .description("bring a checkpoint to another generation of its model's keys, or to a layout")
    .argument('<file>')
    .option('--spec <spec>', 'the spec whose migrations lead the way (default: the contract in the file)')
    .option('--to <generation>', 'generation to write (default: the newest)')
    .option('--to-layout <name>', 'layout of the spec to write')
    .option('--from <generation>', 'what the file is, where it does not say it')
    .option('--from-layout <name>', 'the same for a layout')
    .option('--new-in-group <index>', "group of a file's optimizers that new parameters join, of several")
    .option('-o, --output <file>', 'file to write (default: the same file)')
    .action(async (file, options: MigrateOptions) => {
      const { migrate } = await import('./migrate.ts')
      done(await migrate(file, options, terminal))
    })
}

function addExtract(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('extract')
    .description('give back the spec that a checkpoint carries')
    .argument('<file>')
    .option('-o, --output <dir>', 'folder for the spec, its imports and its lock (default: stdout, the spec)')
    .action(async (file, options: ExtractOptions) => {
      const { extract } = await import('./extract.ts')
      done(await extract(file, options, terminal))
    })
}

function addVerify(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('verify')
    .description('say whether checkpoints hold what they were saved with')
    .argument('<file...>')
    .action(async files => {
      const { verify } = await import('./verify.ts')
      done(await verify(files, terminal))
    })
}

function addConvert(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('convert')
    .description('write a checkpoint in another format')
    .argument('<in>')
    .argument('<out>', 'the extension says the format: .safetensors, .safetensors.index.json, or PyTorch')
    .addOption(new Option('--to <format>', 'whatever the extension').choices(['pt', 'legacy', 'safetensors']))
    .option('--from-module', 'take the weights out of a whole pickled model')
    .option('--prefix <path>', 'which state_dict of several, such as ema.state_dict')
    .option('--rename <old=new>', 'a key, or a prefix that ends with a dot; may be repeated', several, [])
    .option('--shard-size <size>', 'most bytes of tensors in one of several files (default: 5GB)')
    .option('--spec <spec>', 'write only what has the keys, shapes and dtypes of this spec')
    .addOption(presetOption())
    .addOption(paramOption())
    .action(async (input, output, options: ConvertOptions) => {
      const { convert } = await import('./convert.ts')
      done(await convert(input, output, options, terminal))
    })
}
