#!/usr/bin/env node
/** The `holdfast` command. */
import { runCommandLine } from './program.ts'
import { processTerminal } from './terminal.ts'

// The code is set, not passed to exit: what is still in a pipe is written first.
process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal())
