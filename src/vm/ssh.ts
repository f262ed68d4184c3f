import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { quote } from './quote.ts'
import { type Ran, type RunOptions, run } from './run.ts'

export interface SshTarget {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly identity: string
}

/** `ssh` with everything a throw-away machine needs: its host key is new each time and nobody's known_hosts is touched. */
export function sshArgv(target: SshTarget, more: readonly string[] = []): string[] {
  const options = {
    IdentityFile: target.identity,
    IdentitiesOnly: 'yes',
    BatchMode: 'yes',
    ControlMaster: 'no',
    ControlPath: 'none',
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
    ConnectTimeout: '20',
    ServerAliveInterval: '15'
  }
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return ['ssh', '-F', 'none', ...words, '-p', String(target.port), ...more, `${target.user}@${target.host}`]
}

/** The command a person types. */
export function sshCommand(target: SshTarget): string {
  const quiet = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'
  return `ssh -i ${quote(target.identity)} -p ${target.port} ${quiet} ${target.user}@${target.host}`
}

/** Runs a shell command there, or a list of words that reach the command unchanged. Exit status 255 is ssh's own. */
export function ssh(target: SshTarget, command: string | readonly string[], options: RunOptions = {}): Promise<Ran> {
  const words = typeof command === 'string' ? command : command.map(quote).join(' ')
  return run([...sshArgv(target), words], options)
}

/**
 * Waits until a command runs there. Polls the port first: an emulated machine has no time to spare for key exchanges
 * that come too early.
 * @param ended aborts the wait: the machine is gone
 */
export async function waitForSsh(target: SshTarget, seconds: number, ended: AbortSignal): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  let last = 'nothing listens on port 22'
  while (Date.now() < deadline && !ended.aborted) {
    if (await greets(target)) {
      const { code, stderr } = await ssh(target, 'true', { timeout: 30_000 })
      if (code === 0) return
      last = stderr.trim() || `exit status ${code}`
    }
    await delay(200, undefined, { signal: ended }).catch(() => {})
  }
  if (ended.aborted) throw new Error('the machine ended before ssh answered')
  throw new Error(`ssh did not answer within ${seconds} s: ${last}`)
}

/** QEMU accepts connections before the machine does: only the greeting of an ssh server counts. */
function greets({ host, port }: SshTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 })
    const done = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', (bytes) => done(bytes.toString('latin1').startsWith('SSH-')))
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
    socket.once('timeout', () => done(false))
  })
}
