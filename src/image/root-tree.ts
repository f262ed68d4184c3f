import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
import type { RootRules, Taken } from './package-list.ts'

/** Paths of all files and links below `dir`, relative and sorted; directories left out. */
export function filesBelow(dir: string): string[] {
  return entriesBelow(dir)
    .filter((entry) => !entry.directory)
    .map((entry) => entry.path)
}

/**
 * Everything below `dir`, sorted by path. Links to directories are not entered: `readdir`'s own recursion does, and finds
 * all of /usr a second time under /bin and /lib.
 */
export function entriesBelow(dir: string): { readonly path: string; readonly directory: boolean }[] {
  if (!existsSync(dir)) return []
  const walk = (inside: string): { readonly path: string; readonly directory: boolean }[] =>
    readdirSync(join(dir, inside), { withFileTypes: true }).flatMap((entry) => {
      const path = join(inside, entry.name)
      return entry.isDirectory() ? [{ path, directory: true }, ...walk(path)] : [{ path, directory: false }]
    })
  return walk('').toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/**
 * Copies what `taken` lists from an unpacked package into the root tree. Links in a package are followed: the image gets
 * the file under the link's name, links of its own come from the list.
 * @returns paths written, relative to the root
 * @throws if a pattern, a rename or a mode names nothing
 */
export function layPackage(root: string, from: string, taken: Taken): string[] {
  const at = `packages.yml: ${taken.name}`
  const files = filesBelow(from)
  const chosen = new Set(taken.take.flatMap((pattern) => matching(files, pattern, `${at}.take`)))
  const written: string[] = []
  for (const path of chosen) {
    const to = taken.rename.get(path) ?? path
    const real = realpathSync(join(from, path))
    if (!real.startsWith(realpathSync(from))) throw new Error(`${at}: ${path} is a link out of the package`)
    layFile(root, real, to, taken.modes.get(to) ?? executable(real))
    written.push(to)
  }
  for (const key of taken.rename.keys()) {
    if (!chosen.has(key)) throw new Error(`${at}.rename: ${key} is not among the files taken`)
  }
  for (const key of taken.modes.keys()) {
    if (!written.includes(key)) throw new Error(`${at}.modes: ${key} is not among the files written`)
  }
  for (const [to, pattern] of taken.concat) {
    const parts = matching(files, pattern, `${at}.concat`).map((path) => readFileSync(join(from, path)))
    mkdirSync(dirname(join(root, to)), { recursive: true })
    writeFileSync(join(root, to), Buffer.concat(parts))
    written.push(to)
  }
  for (const [path, target] of taken.links) layLink(root, path, target)
  return written
}

/** Copies our own files over the tree, those beside `rootfs` that `rules` names, too, and makes its directories and links. */
export function layRootfs(root: string, rootfs: string, rules: RootRules): void {
  const unused = new Set(rules.modes.keys())
  for (const path of filesBelow(rootfs)) {
    if (/^(bin|sbin|lib|lib64)\//.test(path)) {
      throw new Error(`rootfs/${path}: /${path.split('/')[0]} is a link in the image; put it into rootfs/usr/${path}`)
    }
    const from = join(rootfs, path)
    if (lstatSync(from).isSymbolicLink()) layLink(root, path, readlinkSync(from))
    else layFile(root, from, path, rules.modes.get(path) ?? executable(from))
    unused.delete(path)
  }
  for (const [path, from] of rules.copies) layFile(root, join(dirname(rootfs), from), path, 0o644)
  if (unused.size > 0) throw new Error(`rootfs.yml: modes: not in rootfs/: ${[...unused].join(', ')}`)
  for (const [path, mode] of rules.directories) {
    mkdirSync(join(root, path), { recursive: true })
    chmodSync(join(root, path), mode)
  }
  for (const [path, target] of rules.links) layLink(root, path, target)
}

/**
 * Links Busybox's applets, never over a real program.
 * @param applets as `busybox --list-full` prints them
 */
export function layApplets(root: string, applets: readonly string[], without: ReadonlySet<string>): string[] {
  const taken = new Set(['usr/bin', 'usr/sbin'].flatMap((dir) => readdirSync(join(root, dir))))
  const laid: string[] = []
  for (const full of applets) {
    const name = full.split('/').at(-1) ?? ''
    if (name === '' || taken.has(name) || without.has(name)) continue
    const dir = full.includes('sbin/') ? 'usr/sbin' : 'usr/bin'
    layLink(root, `${dir}/${name}`, dir === 'usr/bin' ? 'busybox' : '../bin/busybox')
    laid.push(name)
  }
  return laid
}

/** Writes one file with its mode; parents are made. */
export function layFile(root: string, from: string, to: string, mode: number): void {
  const target = join(root, to)
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(from, target, constants.COPYFILE_FICLONE)
  chmodSync(target, mode)
}

function layLink(root: string, path: string, target: string): void {
  const at = join(root, path)
  mkdirSync(dirname(at), { recursive: true })
  const there = lstatSync(at, { throwIfNoEntry: false })
  if (there !== undefined) throw new Error(`${path}: a link to ${target} would replace something already in the image`)
  symlinkSync(target, at)
}

function matching(files: readonly string[], pattern: string, at: string): string[] {
  const found = files.filter((path) => path === pattern || matchesGlob(path, pattern))
  if (found.length === 0) throw new Error(`${at}: nothing in the package matches ${pattern}`)
  return found
}

function executable(path: string): number {
  return statSync(path).mode & 0o100 ? 0o755 : 0o644
}
