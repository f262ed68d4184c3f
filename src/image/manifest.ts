import { createHash } from 'node:crypto'
import { createReadStream, existsSync, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { entriesBelow } from './root-tree.ts'

/** One file written by the build. */
export interface Output {
  readonly size: number
  readonly sha256: string
}

/** One entry of the root tree: a link has `link`, a file `size` and `sha256`, a directory neither. */
export interface TreeEntry {
  readonly mode: string
  readonly link?: string
  readonly size?: number
  readonly sha256?: string
}

/** What `manifest.json` says. It depends on the inputs only: no time, no machine, no path of the build. */
export interface Manifest {
  readonly version: string
  /** Hash of everything that decides the result. */
  readonly inputs: string
  readonly kernel: { readonly flavour: string; readonly release: string }
  readonly compressed: boolean
  readonly node: string
  readonly outputs: Readonly<Record<string, Output>>
  /** Debian packages anything was taken from, with the sha256 of the .deb. */
  readonly packages: Readonly<Record<string, { readonly version: string; readonly sha256: string }>>
  /** npm packages in the bundles. */
  readonly npm: Readonly<Record<string, string>>
  /** Everything in the root, by path. */
  readonly files: Readonly<Record<string, TreeEntry>>
}

/** The manifest of an earlier build, or null if there is none that can be read. */
export function readManifest(path: string): Manifest | null {
  if (!existsSync(path)) return null
  try {
    const said: unknown = JSON.parse(readFileSync(path, 'utf8'))
    // Written by ourselves; anything that lacks the first key read is no manifest.
    return typeof said === 'object' && said !== null && 'inputs' in said ? (said as Manifest) : null
  } catch {
    return null
  }
}

/** Describes every directory, file and link below `root`, sorted by path. */
export async function describeTree(root: string): Promise<Record<string, TreeEntry>> {
  const found: Record<string, TreeEntry> = {}
  for (const { path } of entriesBelow(root)) {
    const at = join(root, path)
    const stat = lstatSync(at)
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0')
    if (stat.isSymbolicLink()) found[path] = { mode: '0777', link: readlinkSync(at) }
    else if (stat.isDirectory()) found[path] = { mode }
    else found[path] = { mode, ...(await describeFile(at)) }
  }
  return found
}

/** Size and sha256 of one file. */
export async function describeFile(path: string): Promise<Output> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return { size: statSync(path).size, sha256: hash.digest('hex') }
}
