// Where programs of a test machine's network run, and how its kernel is asked.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import koffi from 'koffi'
import { networkLooker } from '../../src/host/linux/network-look.ts'
import { run, type RunOptions } from '../../src/host/linux/spawn.ts'
import type { Files, NetworkLook, RunResult } from '../../src/host/ports.ts'
import { machine } from './fake-host.ts'
import { until } from './loop.ts'
import { namespaceShell, READY } from './namespace-shell.ts'

/** Where programs run, and how the kernel is asked. */
export interface NetworkPlace {
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** null: by `ip`. */
  readonly look: (() => NetworkLook) | null
  /** Kernel parameters without a program, where that can be; null: by `cat` and `tee`. */
  readonly parameters?: Parameters
  stop(): void
}

interface Parameters {
  /** null: there is no such file. */
  read(path: string): string | null
  write(path: string, text: string): void
}

/** A network namespace that a sleeping process holds. */
export async function namespaceBeside(): Promise<NetworkPlace> {
  const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' })
  const enter = ['nsenter', `--net=/proc/${holder.pid}/ns/net`]
  const own = (await run(['readlink', '/proc/self/ns/net'])).stdout
  await until(async () => (await run(['readlink', `/proc/${holder.pid}/ns/net`], { check: false })).stdout !== own)
  return {
    run: (argv, options) => run([...enter, ...argv], options),
    look: null,
    stop: () => holder.kill('SIGKILL')
  }
}

/**
 * A network namespace of this very process, for ever: no program is needed to get there, and the kernel is asked as the agent asks it.
 * Only what this thread and its children do happens there; the threads that read and write files stay where they were, so parameters
 * are read by calls that wait.
 */
export async function namespaceHere(): Promise<NetworkPlace> {
  const CLONE_NEWNET = 0x4000_0000
  const unshare = koffi.load('libc.so.6').func('int unshare(int flags)')
  if (unshare(CLONE_NEWNET) !== 0) throw new Error('this process can not have a network namespace of its own')
  const { run: runThere, stop } = await namespaceShell(['sh'], `echo '${READY}'`)
  return {
    run: runThere,
    look: networkLooker(),
    parameters: {
      read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null),
      write: writeFileSync
    },
    stop
  }
}

/** Kernel parameters of the namespace; all other files are kept in memory. */
export function filesInside(run: NetworkPlace['run'], parameters: NetworkPlace['parameters']): Files {
  const { files } = machine().host
  return {
    ...files,
    async read(path) {
      if (!path.startsWith('/proc/')) return files.read(path)
      if (parameters !== undefined) return parameters.read(path)
      const { code, stdout } = await run(['cat', path], { check: false })
      return code === 0 ? stdout : null
    },
    async writeInPlace(path, bytes) {
      if (!path.startsWith('/proc/')) await files.writeInPlace(path, bytes)
      else if (parameters !== undefined) parameters.write(path, bytes.toString())
      else await run(['tee', path], { input: bytes.toString() })
    }
  }
}
