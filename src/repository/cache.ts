// What was fetched of a repository, laid out as it is there, with a record of when and in which version each part came.
import { join } from 'node:path'
import type { Files } from '../host/ports.ts'

/** One folder for each repository, named like it. */
export const CACHE = '/var/lib/rancher/cache/repositories'

const RECORD = 'about.json'

/** Of one answer. */
export interface Answer {
  /** As the server named the version; empty: it named none. */
  readonly etag: string
  /** ISO time at which it was last known to be the newest. */
  readonly at: string
}

export interface Cached {
  /** What is kept is of this address alone. */
  readonly url: string
  /** By paths below the address. */
  readonly answers: Readonly<Record<string, Answer>>
}

/** `name` as a person chose it. */
export function cacheFolder(root: string, name: string): string {
  return join(root, CACHE, encodeURIComponent(name))
}

/** What is kept of an address; where the folder holds another one's, nothing. `read` gives null for a file that is not there. */
export async function cachedOf(
  read: (path: string) => Promise<string | null>,
  folder: string,
  url: string
): Promise<Cached> {
  const nothing = { url, answers: {} }
  try {
    const record: Partial<Cached> | null = JSON.parse((await read(join(folder, RECORD))) ?? 'null')
    return record?.url === url && record.answers !== undefined ? { url, answers: record.answers } : nothing
  } catch {
    return nothing
  }
}

/**
 * Keeps an answer; without a text only that it is still the newest. The text comes first: where the agent ends in between, the record
 * is still of the older text, and the next answer mends it.
 */
export async function keep(
  files: Files,
  folder: string,
  url: string,
  { path, text, ...answer }: Answer & { readonly path: string; readonly text: string | null }
): Promise<Cached> {
  if (text !== null) await files.writeAtomic(join(folder, path), text, { mode: 0o600 })
  // Somebody else may have had answers since.
  const { answers } = await cachedOf((file) => files.read(file), folder, url)
  const next = { url, answers: { ...answers, [path]: answer } }
  await files.writeAtomic(join(folder, RECORD), JSON.stringify(next), { mode: 0o600 })
  return next
}
