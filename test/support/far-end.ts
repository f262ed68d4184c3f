// What a machine's card leads to: a network namespace of this host, with a root of its own so that it may have its own resolv.conf.
import { type ChildProcess, spawn } from 'node:child_process'
import { run } from '../../src/host/linux/spawn.ts'
import type { RunResult } from '../../src/host/ports.ts'
import { sshArgv, type SshTarget } from '../../src/vm/ssh.ts'
import { until } from './loop.ts'

export interface FarEnd {
  readonly pid: number
  /** A shell line there, whatever its exit. */
  tried(line: string): Promise<RunResult>
  /** A shell line there; what it prints. Rejects on a non-zero exit. */
  inside(line: string): Promise<string>
  /** A program that runs there until the end. */
  start(argv: readonly string[]): ChildProcess
  /** Ends it with all that was started in it. */
  stop(): void
}

/** Milliseconds a shell line may take. */
const LIMIT = 60_000

/** Only its loopback is up. */
export async function farEnd(): Promise<FarEnd> {
  const own = (await run(['readlink', '/proc/self/ns/net'])).stdout
  const holder = spawn('unshare', ['--net', '--mount', 'sleep', 'infinity'], { stdio: 'ignore' })
  const { pid } = holder
  if (pid === undefined) throw new Error('no namespace can be made here')
  const children = [holder]
  await until(async () => (await run(['readlink', `/proc/${pid}/ns/net`], { check: false })).stdout !== own)
  const enter = ['nsenter', '-t', String(pid), '--net', '--mount']
  const shell = (line: string, check: boolean) => run([...enter, 'sh', '-ec', line], { check, timeoutMs: LIMIT })
  await shell('ip link set lo up', true)
  return {
    pid,
    tried: (line) => shell(line, false),
    inside: async (line) => (await shell(line, true)).stdout,
    start(argv) {
      const [program = '', ...args] = [...enter, ...argv]
      const child = spawn(program, args, { stdio: 'ignore' })
      children.push(child)
      return child
    },
    stop() {
      for (const child of children.toReversed()) child.kill('SIGKILL')
    }
  }
}

/** What a command prints that is run by ssh from a far end. */
export async function sshFrom({ pid }: FarEnd, target: SshTarget, line: string): Promise<string> {
  const argv = ['nsenter', '-t', String(pid), '--net', ...sshArgv(target), line]
  return (await run(argv, { timeoutMs: 2 * LIMIT })).stdout
}
