// Logs that lie in files, and the kernel's. A followed one is looked at now and then: a watch would tell no more, and not of
// every file system.
import { constants, openSync, closeSync, readSync } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { LogFiles, LogReading } from '../ports.ts'

/** Milliseconds between two looks. */
const AGAIN = 250
const CHUNK = 65_536
/** Bytes of a line; what is longer comes in parts. */
const LONGEST = 1_048_576
/** Bytes of a record of the kernel's, at most (its CONSOLE_EXT_LOG_MAX). */
const RECORD = 8192
const RECORDS_AT_ONCE = 256

export const linuxLogFiles: LogFiles = {
  async *lines(path, { since, follow, signal }) {
    for (const old of await olderOf(path)) {
      const file = (await changedSince(old, since)) ? await openFile(old) : null
      if (file !== null) yield* file.rest()
    }
    let file = await openFile(path)
    try {
      if (file !== null && !(await changedSince(path, since))) file.at = file.size
      if (file !== null) yield* follow ? file.whole() : file.rest()
      yield null
      while (follow && (await again(signal))) {
        let there = await stat(path).catch(() => null)
        // Moved away: what it got last is still to be told, and so are those that were moved away after it.
        while (file !== null && there?.ino !== file.inode) {
          yield* file.rest()
          const next = await movedAfter(path, file.inode)
          file = next === null ? null : await openFile(next)
          there = await stat(path).catch(() => null)
        }
        if (there === null) continue
        file ??= await openFile(path)
        if (file === null) continue
        if (there.size < file.at) file.at = 0
        if (there.size > file.at) yield* file.whole()
      }
    } finally {
      await file?.close()
    }
  },

  async *kernel({ follow, signal }) {
    const device = openKernel()
    try {
      if (device !== null) yield* records(device)
      yield null
      while (follow && (await again(signal))) if (device !== null) yield* records(device)
    } finally {
      if (device !== null) closeSync(device)
    }
  }
}

/** False when there is to be no more. */
async function again(signal: AbortSignal): Promise<boolean> {
  await setTimeout(AGAIN, undefined, { signal }).catch(() => undefined)
  return !signal.aborted
}

/** logrotate's `NAME.1` and busybox's `NAME.0` are the newest; the oldest first. */
async function olderOf(path: string): Promise<readonly string[]> {
  const name = `${basename(path)}.`
  const numbers = (await readdir(dirname(path)).catch(() => [])).flatMap((file) => {
    const rest = file.startsWith(name) ? file.slice(name.length) : ''
    return /^\d+$/.test(rest) ? [Number(rest)] : []
  })
  return numbers.toSorted((a, b) => b - a).map((number) => join(dirname(path), `${name}${number}`))
}

/** The older file that follows the one of this inode; null: there is none, or that one is gone. */
async function movedAfter(path: string, inode: number): Promise<string | null> {
  const older = await olderOf(path)
  const inodes = await Promise.all(older.map(async (old) => (await stat(old).catch(() => null))?.ino))
  const at = inodes.indexOf(inode)
  return at === -1 ? null : (older[at + 1] ?? null)
}

async function changedSince(path: string, since: LogReading['since']): Promise<boolean> {
  return since === null || ((await stat(path).catch(() => null))?.mtimeMs ?? 0) >= Date.parse(since)
}

async function openFile(path: string): Promise<OpenFile | null> {
  const handle = await open(path).catch(() => null)
  if (handle === null) return null
  const { ino, size } = await handle.stat()
  return new OpenFile(handle, ino, size)
}

/** One file as far as it has been read. */
class OpenFile {
  readonly inode: number
  readonly size: number
  /** Bytes read. */
  at = 0
  readonly #handle: Awaited<ReturnType<typeof open>>
  #part = Buffer.alloc(0)

  constructor(handle: Awaited<ReturnType<typeof open>>, inode: number, size: number) {
    this.#handle = handle
    this.inode = inode
    this.size = size
  }

  /** New lines that have come to their end. */
  async *whole(): AsyncGenerator<string, void, undefined> {
    const chunk = Buffer.alloc(CHUNK)
    for (;;) {
      const { bytesRead } = await this.#handle.read(chunk, 0, CHUNK, this.at)
      if (bytesRead === 0) return
      this.at += bytesRead
      const bytes = Buffer.concat([this.#part, chunk.subarray(0, bytesRead)])
      const end = bytes.length > LONGEST ? bytes.length : bytes.lastIndexOf(10) + 1
      this.#part = bytes.subarray(end)
      if (end > 0) yield* bytes.toString('utf8', 0, end).replace(/\n$/, '').split('\n')
    }
  }

  /** All new lines, also one without an end, and then it is closed. */
  async *rest(): AsyncGenerator<string, void, undefined> {
    try {
      yield* this.whole()
      if (this.#part.length > 0) yield this.#part.toString('utf8')
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
  }
}

/** null where it may not be read. */
function openKernel(): number | null {
  try {
    return openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return null
  }
}

/** What there is to read without waiting. Each read(2) gives one record. */
async function* records(device: number): AsyncGenerator<string, void, undefined> {
  const bytes = Buffer.alloc(RECORD)
  for (let count = 1; ; count += 1) {
    const length = readRecord(device, bytes)
    if (length === 0) return
    if (length > 0) yield bytes.toString('utf8', 0, length)
    if (count % RECORDS_AT_ONCE === 0) await setImmediate()
  }
}

/** Bytes of a record; 0: there is none, -1: some were overwritten before they were read. */
function readRecord(device: number, bytes: Buffer): number {
  try {
    return readSync(device, bytes)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPIPE' ? -1 : 0
  }
}
