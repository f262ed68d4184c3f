import { help, parseFlags, UsageError } from './flags.ts'
import { startMachine } from './machine.ts'
import { exits, type MachineOptions } from './options.ts'
import { sshCommand } from './ssh.ts'

/** `npm run vm`: one machine, from its flags to its exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const flags = parseFlags(argv)
  if (flags.help) {
    process.stdout.write(help())
    return exits.poweredOff
  }
  return flags.headless ? headless(flags.options) : onTerminal(flags.options)
}

async function headless(options: MachineOptions): Promise<number> {
  const machine = await startMachine({ ...options, report: say })
  stopOnSignals(machine.stop)
  const { host, port, user, identity, logFile: log, pid, qmpSocket: qmp } = machine
  process.stdout.write(`${JSON.stringify({ host, port, user, identity, log, pid, qmp })}\n`)
  const code = await machine.exited
  if (code === exits.timedOut) say(`${options.timeout} s are over: killed; the console is in ${log}`)
  return code
}

async function onTerminal(options: MachineOptions): Promise<number> {
  const machine = await startMachine({ ...options, sshWait: false, console: 'terminal', report: say })
  stopOnSignals(machine.stop)
  say(`log in with: ${sshCommand(machine)}`)
  say('leave with: sudo poweroff in the machine, or Ctrl-A X here (pulls the plug)')
  const code = await machine.exited
  if (code === exits.timedOut) say(`${options.timeout} s are over: killed; the console is in ${machine.logFile}`)
  return code
}

function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
}

function say(line: string): void {
  process.stderr.write(`vm: ${line}\n`)
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: Error) => {
    const usage = error instanceof UsageError
    say(usage ? `${error.message} (see --help)` : error.message)
    process.exitCode = usage ? exits.usage : exits.failed
  }
)
