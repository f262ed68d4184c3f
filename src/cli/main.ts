#!/usr/bin/env node
// `ros`. Installed as reboot, poweroff, halt, shutdown or wait-for-docker it is that command.
import { processIo } from './io.ts'
import { personality, run } from './run.ts'

const io = processIo()
run(personality(process.argv[1] ?? '', process.argv.slice(2)), io).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    io.err(`ros: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 1
  }
)
