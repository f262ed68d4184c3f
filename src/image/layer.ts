import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, dirname, join, matchesGlob } from 'node:path'
import { run } from './command.ts'
import type { ContainerImage } from './container-image.ts'
import { entriesBelow, filesBelow } from './root-tree.ts'

/** What stands at one path of a layer: a directory, a link, bytes, or the bytes of a file `from` this machine. */
export type LayerEntry =
  | { readonly directory: number }
  | { readonly link: string }
  | { readonly body: Buffer; readonly mode: number }
  | { readonly from: string; readonly size: number; readonly mode: number }

/** Entries by path without leading slash, sorted; every directory stands before what is in it. */
export type Layer = ReadonlyMap<string, LayerEntry>

// As base-files has it since Debian 12; older packages still say /bin and /lib.
const moved: readonly (readonly [RegExp, string])[] = [
  [/^(bin|sbin|lib(32|64|x32)?)\//, 'usr/$&'],
  [/^var\/run\//, 'run/'],
  [/^var\/lock\//, 'run/lock/']
]

/**
 * Lays packages one over the other, then what the description says, then our own files. Nothing is written.
 * @param unpacked directories of the packages
 * @param own directory of our files for this image; may be missing
 * @throws naming image and path if two packages have different things at one path, or a pattern matches nothing
 */
export function layLayer(image: ContainerImage, unpacked: readonly string[], own: string): Layer {
  const laid = new Map<string, LayerEntry>()
  const at = (key: string): string => `container-images.yml: images.${image.name}.${key}`
  for (const [to, pattern] of image.concat) laid.set(to, concat(unpacked, pattern, at(`concat.${to}`)))
  const drop = dropper(image.drop)
  for (const dir of unpacked) {
    for (const { path } of entriesBelow(dir)) {
      const to = moved.reduce((now, [from, into]) => now.replace(from, into), path)
      if (drop(to) || image.links.has(to)) continue
      const entry = entryOf(join(dir, path))
      const there = laid.get(to)
      if (there !== undefined && !same(there, entry)) {
        throw new Error(`${at('drop')}: ${basename(dir)} and another package both have ${to}; drop one of them`)
      }
      if (there === undefined) laid.set(to, entry)
    }
  }
  for (const [path, mode] of image.directories) laid.set(path, { directory: mode })
  for (const [path, link] of image.links) laid.set(path, { link })
  for (const [path, text] of accounts(image)) laid.set(path, { body: Buffer.from(text), mode: 0o644 })
  for (const path of filesBelow(own)) laid.set(path, checkedOut(join(own, path)))
  layApplets(laid)
  for (const [path, mode] of image.modes) {
    const there = laid.get(path)
    if (there === undefined || !('mode' in there)) throw new Error(`${at('modes')}: there is no file ${path}`)
    laid.set(path, { ...there, mode })
  }
  for (const path of laid.keys()) {
    for (let up = dirname(path); up !== '.' && !laid.has(up); up = dirname(up)) laid.set(up, { directory: 0o755 })
  }
  return new Map([...laid].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function entryOf(path: string): LayerEntry {
  const stat = lstatSync(path)
  const mode = stat.mode & 0o7777
  if (stat.isSymbolicLink()) return { link: readlinkSync(path) }
  return stat.isDirectory() ? { directory: mode } : { from: path, size: stat.size, mode }
}

// A checkout has the modes of whoever made it; git keeps only whether a file is executable.
function checkedOut(path: string): LayerEntry {
  const entry = entryOf(path)
  return 'from' in entry ? { ...entry, mode: entry.mode & 0o100 ? 0o755 : 0o644 } : entry
}

function same(one: LayerEntry, two: LayerEntry): boolean {
  if ('directory' in one) return 'directory' in two
  if ('link' in one) return 'link' in two && one.link === two.link
  return 'from' in one && 'from' in two && readFileSync(one.from).equals(readFileSync(two.from))
}

// Most of the rules are plain paths, and matchesGlob is slow: it is only asked where there is a pattern.
function dropper(rules: readonly string[]): (path: string) => boolean {
  const plain = new Set(rules.filter((rule) => !/[*?{[]/.test(rule)))
  const patterns = rules.filter((rule) => !plain.has(rule))
  return (path) => {
    for (let up = path; up !== '.'; up = dirname(up)) if (plain.has(up)) return true
    return patterns.some((pattern) => matchesGlob(path, pattern))
  }
}

function concat(unpacked: readonly string[], pattern: string, at: string): LayerEntry {
  const found = unpacked.flatMap((dir) =>
    filesBelow(dir)
      .filter((path) => matchesGlob(path, pattern))
      .map((path) => ({ dir, path }))
  )
  if (found.length === 0) throw new Error(`${at}: nothing in the packages matches ${pattern}`)
  return { body: Buffer.concat(found.map(({ dir, path }) => readFileSync(join(dir, path)))), mode: 0o644 }
}

/** What base-passwd and adduser would write: root, nobody and the users of the description. */
function accounts({ users }: ContainerImage): [string, string][] {
  const system = [...users]
  const passwd = system.map(([name, id]) => `${name}:x:${id}:${id}::/nonexistent:/usr/sbin/nologin\n`)
  const group = system.map(([name, id]) => `${name}:x:${id}:\n`)
  return [
    [
      'etc/passwd',
      `root:x:0:0:root:/root:/bin/sh\n${passwd.join('')}nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n`
    ],
    ['etc/group', `root:x:0:\n${group.join('')}nogroup:x:65534:\n`],
    ['etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n']
  ]
}

/** Where the description names busybox-static: a link for each applet, never in the place of a real program. */
function layApplets(laid: Map<string, LayerEntry>): void {
  const busybox = laid.get('usr/bin/busybox')
  if (busybox === undefined || !('from' in busybox)) return
  const there = (name: string): boolean => laid.has(`usr/bin/${name}`) || laid.has(`usr/sbin/${name}`)
  for (const full of run([busybox.from, '--list-full']).split('\n')) {
    const name = basename(full)
    if (name === '' || there(name)) continue
    if (full.includes('sbin/')) laid.set(`usr/sbin/${name}`, { link: '../bin/busybox' })
    else laid.set(`usr/bin/${name}`, { link: 'busybox' })
  }
}
