import { open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { defaults } from './options.ts'

export interface Disk {
  readonly file: string
  /** Bytes; used only when the file is made. */
  readonly size: number
}

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** `FILE[:SIZE]`, size in bytes or with K, M, G, T. A colon that no size follows belongs to the file's name. */
export function parseDisk(words: string): Disk {
  const match = /^(.+):(\d+)([KMGT]?)$/i.exec(words)
  const [, file, number, unit] = match ?? [null, words, defaults.diskSize.slice(0, -1), defaults.diskSize.slice(-1)]
  const size = Number(number) * (units[(unit ?? '').toUpperCase()] ?? 1)
  if (size === 0) throw new Error(`disk ${words}: a size of 0 is no disk; say ${file}:${defaults.diskSize}`)
  return { file: resolve(file ?? words), size }
}

/** Makes the file, sparse, unless it is there; what is there is never changed. Returns whether it was made. */
export async function makeDisk(disk: Disk): Promise<boolean> {
  const there = await stat(disk.file).catch(() => null)
  if (there?.isDirectory()) throw new Error(`disk ${disk.file} is a folder; a virtual machine needs a file or a device`)
  if (there !== null) return false
  const file = await open(disk.file, 'wx').catch((cause: unknown) => {
    throw new Error(`cannot make disk ${disk.file}: ${(cause as Error).message}`, { cause })
  })
  try {
    await file.truncate(disk.size)
  } finally {
    await file.close()
  }
  return true
}
