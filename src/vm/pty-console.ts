import type { ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'

const ctrlA = 1

/** Copies a machine's console to its log, and to and from this terminal if asked. */
export interface PtyConsole {
  /** A new process behind the same console, as after a reboot. */
  attach(child: ChildProcess): void
  close(): Promise<void>
}

/**
 * Keys go to the machine as they are typed, Ctrl-C too; Ctrl-A X leaves and Ctrl-A Ctrl-A is a Ctrl-A, as in QEMU.
 * @param leave called for Ctrl-A X; null: this process's terminal has no part in it
 */
export function ptyConsole(logFile: string, leave: (() => void) | null): PtyConsole {
  const log = createWriteStream(logFile, { flags: 'a' })
  let child: ChildProcess | null = null
  const keys = splitKeys(
    (bytes) => child?.stdin?.write(bytes),
    () => leave?.()
  )
  const { stdin } = process
  if (leave !== null) {
    if (stdin.isTTY) stdin.setRawMode(true)
    stdin.on('data', keys)
    stdin.resume()
  }
  return {
    attach(next) {
      child = next
      next.stdin?.on('error', () => {}) // keys typed while it ends
      next.stdout?.on('data', (bytes: Buffer) => {
        log.write(bytes)
        if (leave !== null) process.stdout.write(bytes)
      })
    },
    async close() {
      if (leave !== null) {
        stdin.off('data', keys)
        if (stdin.isTTY) stdin.setRawMode(false)
        stdin.pause()
      }
      await new Promise<void>((resolve) => log.end(resolve))
    }
  }
}

/** Takes the escape sequences out of a stream of keys. */
export function splitKeys(pass: (bytes: Buffer) => void, leave: () => void): (bytes: Buffer) => void {
  let escaped = false
  return (bytes) => {
    const through: number[] = []
    for (const byte of bytes) {
      if (!escaped && byte === ctrlA) escaped = true
      else if (!escaped) through.push(byte)
      else {
        escaped = false
        if (byte === ctrlA) through.push(ctrlA)
        else if ((byte | 0x20) === 0x78) leave()
      }
    }
    if (through.length > 0) pass(Buffer.from(through))
  }
}
