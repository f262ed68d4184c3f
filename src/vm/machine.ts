import { exits, type MachineKind, type MachineOptions } from './options.ts'
import { startNamespaces } from './namespaces.ts'
import { startQemu } from './qemu.ts'
import type { Ran, RunOptions } from './run.ts'

/** A running machine. It ends when it powers itself off, when it is stopped, and when this process ends. */
export interface Machine {
  readonly kind: MachineKind
  readonly host: string
  readonly port: number
  readonly user: string
  /** Path of the private key. */
  readonly identity: string
  readonly logFile: string
  /** QEMU, or PID 1 of the namespaces as this host sees it (another one after each reboot). */
  readonly pid: number
  /** QMP socket for others; null with namespaces. */
  readonly qmpSocket: string | null
  /** Runs a command as user rancher; a list of words arrives unchanged, a string goes through the shell there. */
  ssh(command: string | readonly string[], options?: RunOptions): Promise<Ran>
  /** Everything the console said so far. */
  log(): string
  /** Resolves when a line of the log matches; rejects after `seconds`, or when the machine ends before. */
  logged(pattern: RegExp | string, seconds: number): Promise<void>
  /** A QMP command. With namespaces only system_powerdown (the ACPI button) and system_reset exist. */
  qmp(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>
  /** Runs a command beside PID 1 of the namespaces, as root. */
  nsenter(argv: readonly string[], options?: RunOptions): Promise<Ran>
  /** Waits until ssh answers, as after a reboot. */
  answers(seconds?: number): Promise<void>
  /** How it ended: see `exits`. Never rejects. */
  readonly exited: Promise<number>
  /** Ends it at once, as a pulled plug does, and resolves when nothing of it is left. */
  stop(): Promise<void>
}

/** A machine that started but never answered. */
export class NoAnswerError extends Error {
  /** How it ended: see `exits`. */
  readonly exit: number
  constructor(message: string, exit: number, cause: unknown) {
    super(message, { cause })
    this.exit = exit
  }
}

/** Starts a machine; resolves once ssh answers (unless `sshWait` is false). A machine that does not answer is stopped. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const machine = options.kind === 'namespaces' ? await startNamespaces(options) : await startQemu(options)
  if (options.sshWait === false) return machine
  try {
    await machine.answers(options.sshTimeout)
    return machine
  } catch (cause) {
    await machine.stop()
    const exit = await machine.exited
    const why = exit === exits.timedOut ? `${options.timeout} s are over` : (cause as Error).message
    const tail = machine.log().trimEnd().split('\n').slice(-15).join('\n')
    const told = exit === exits.timedOut ? exit : exits.failed
    throw new NoAnswerError(`${why}; the console said last (${machine.logFile}):\n${tail}`, told, cause)
  }
}
