// Fetching what is wanted of a repository in the network into its cache. What is there stays where the newer one can not be had.
import { join } from 'node:path'
import { parse } from '../document/parse.ts'
import { isMap } from '../document/tree.ts'
import type { Files } from '../host/ports.ts'
import { type Cached, cachedOf, cacheFolder, keep } from './cache.ts'
import { FetchError, type Fetched } from './fetch.ts'
import { parseIndex, pathOf, type Section } from './index.ts'

export interface RefreshParts {
  /** Stands before every path. */
  readonly root: string
  readonly files: Files
  /** Fetches a text; `etag` is of the version that is here. */
  readonly fetch: (url: string, etag: string, signal: AbortSignal) => Promise<Fetched>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface RefreshWish {
  readonly name: string
  readonly url: string
  /** Definitions to have, where the repository has them. */
  readonly wanted: readonly { readonly section: Section; readonly name: string }[]
  /** What is older is asked for again; 0: all of it. */
  readonly maxAgeMs: number
}

export interface Refreshed {
  /** Something is other than it was. */
  readonly changed: boolean
  /** When the index was last known to be the newest, as ISO time; null: it never came. */
  readonly at: string | null
  /** Why not all of it could be had; null: it could. */
  readonly error: string | null
}

const INDEX = 'index.yml'

export async function refresh(
  { root, files, fetch, now }: RefreshParts,
  { name, url, wanted, maxAgeMs }: RefreshWish,
  signal: AbortSignal
): Promise<Refreshed> {
  const folder = cacheFolder(root, name)
  const read = (path: string) => files.read(path)
  let cached: Cached = await cachedOf(read, folder, url)
  let changed = false
  const have = async (path: string, sound: (text: string) => boolean) => {
    const before = cached.answers[path]
    const text = before === undefined ? null : await files.read(join(folder, path))
    if (before !== undefined && text !== null && now() - Date.parse(before.at) < maxAgeMs) return
    const fetched = await fetch(`${url}/${path}`, text === null ? '' : (before?.etag ?? ''), signal)
    if (fetched.text !== null && !sound(fetched.text)) throw new FetchError('it is not what it should be', false)
    changed ||= fetched.text !== null && fetched.text !== text
    const at = new Date(now()).toISOString()
    cached = await keep(files, folder, url, { path, text: fetched.text, etag: fetched.etag, at })
  }
  const errors: string[] = []
  const attempt = async (path: string, sound: (text: string) => boolean) => {
    try {
      await have(path, sound)
    } catch (error) {
      signal.throwIfAborted()
      errors.push(`${path}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  await attempt(INDEX, (text) => parseIndex(INDEX, text).sound)
  const text = cached.answers[INDEX] === undefined ? null : await files.read(join(folder, INDEX))
  const { index } = parseIndex(INDEX, text ?? '')
  // A server that does not answer need not be asked for more.
  if (errors.length === 0) {
    for (const one of wanted) if (index[one.section].includes(one.name)) await attempt(pathOf(one.name), isDefinition)
  }
  return { changed, at: cached.answers[INDEX]?.at ?? null, error: errors[0] ?? null }
}

/** Whether a text is a map of services, right or wrong. */
export function isDefinition(text: string): boolean {
  const { tree } = parse('', text, 0)
  return tree !== null && isMap(tree.value) && tree.value.size > 0
}
