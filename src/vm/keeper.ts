import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Clears up after a machine, also when this process is killed without a word. */
export interface Keeper {
  /** Runs the clean-up now and resolves when it is done. With `keep` the script sees $keep and leaves what can be read. */
  release(keep?: boolean): Promise<void>
}

/**
 * Starts a shell that waits until its standard input closes, which the kernel does for us however we end, and then runs
 * the script. It is a session of its own: neither Ctrl-C nor a closed terminal reaches it.
 * @param script for sh(1); its arguments are $1, $2 ...
 */
export function startKeeper(script: string, args: readonly string[]): Keeper {
  const child = spawn('sh', ['-c', `trap '' HUP INT TERM; read -r keep; ${script}`, 'rosd-vm-keeper', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore']
  })
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit').catch(() => {})
  child.unref()
  return {
    async release(keep = false) {
      child.ref()
      child.stdin.end(keep ? 'keep\n' : '')
      await ended
    }
  }
}
