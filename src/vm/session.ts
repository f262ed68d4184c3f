import { type Flags, help, parseFlags, UsageError } from './flags.ts'
import { type Machine, NoAnswerError, startMachine } from './machine.ts'
import { exits, type MachineOptions } from './options.ts'
import { sshCommand } from './ssh.ts'

/**
 * One machine on behalf of a person or a script, from the command line to the exit status of this process.
 * @param complete fills in what the flags left open
 */
export async function session(
  argv: readonly string[],
  complete: (options: MachineOptions) => MachineOptions = (options) => options
): Promise<void> {
  try {
    process.exitCode = await play(parseFlags(argv), complete)
  } catch (error) {
    const usage = error instanceof UsageError
    say(usage ? `${error.message} (see --help)` : (error as Error).message)
    process.exitCode = usage ? exits.usage : error instanceof NoAnswerError ? error.exit : exits.failed
  }
}

async function play(flags: Flags, complete: (options: MachineOptions) => MachineOptions): Promise<number> {
  if (flags.help) {
    process.stdout.write(help())
    return exits.poweredOff
  }
  const options = { ...complete(flags.options), report: say }
  const machine = flags.headless ? await headless(options) : await onTerminal(options)
  const code = await machine.exited
  if (code === exits.timedOut) say(`${options.timeout} s are over: killed; the console is in ${machine.logFile}`)
  if (code === exits.failed)
    say(`the machine ended by itself, but not by power-off; the console is in ${machine.logFile}`)
  return code
}

/** Nothing but one line of JSON on standard output: scripts read it. */
async function headless(options: MachineOptions): Promise<Machine> {
  const machine = await startMachine(options)
  stopOnSignals(machine)
  const { host, port, user, identity, logFile: log, pid, qmpSocket: qmp } = machine
  process.stdout.write(`${JSON.stringify({ host, port, user, identity, log, pid, qmp })}\n`)
  return machine
}

/** The console is silent for some seconds yet: what is said now can be read. */
async function onTerminal(options: MachineOptions): Promise<Machine> {
  const machine = await startMachine({ ...options, sshWait: false, console: 'terminal' })
  stopOnSignals(machine)
  say(`log in with: ${sshCommand(machine)}`)
  say('leave with: sudo poweroff in the machine, or Ctrl-A X here, which pulls the plug')
  return machine
}

function stopOnSignals(machine: Machine): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void machine.stop())
}

function say(line: string): void {
  process.stderr.write(`vm: ${line}\n`)
}
