import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Apt, DebianPackage } from './apt.ts'
import { run } from './command.ts'
import { filesBelow, layFile } from './root-tree.ts'

type Packages = Pick<Apt, 'show' | 'unpack'>

/** What `readelf -d` says about one file. */
export interface Dynamic {
  readonly file: string
  readonly needed: readonly string[]
}

const directory = 'usr/lib/x86_64-linux-gnu'
const libraryPackage = /^(lib|zlib)/

/** Reads the output of `readelf -d FILE…`; with one file readelf leaves out the `File:` head, so `only` names it. */
export function parseReadelf(text: string, only = ''): Dynamic[] {
  const found: { file: string; needed: string[] }[] = only === '' ? [] : [{ file: only, needed: [] }]
  for (const line of text.split('\n')) {
    const head = /^File: (.*)$/.exec(line)
    if (head?.[1] !== undefined) found.push({ file: head[1], needed: [] })
    const need = /\(NEEDED\).*\[(.+)\]/.exec(line)
    if (need?.[1] !== undefined) found.at(-1)?.needed.push(need[1])
  }
  return found
}

/**
 * Adds every shared library that a program or library in the tree needs and that is not there yet. A library is looked for
 * in the packages that the needing file's package depends on, as Debian's own tools wrote those dependencies.
 * @param owners path in the tree -> name of the package it came from; grows by what is added
 * @returns the packages that libraries were taken from
 */
export async function closeLibraries(
  root: string,
  owners: Map<string, string>,
  apt: Packages
): Promise<DebianPackage[]> {
  const used = new Map<string, DebianPackage>()
  const scanned = new Set<string>()
  for (;;) {
    const fresh = [...owners.keys()].filter((path) => !scanned.has(path) && isElf(join(root, path))).toSorted()
    for (const path of fresh) scanned.add(path)
    const present = new Set([...owners.keys()].map((path) => basename(path)))
    const wanting = new Map<string, Set<string>>() // soname -> packages whose files need it
    for (const { file, needed } of readDynamic(fresh.map((path) => join(root, path)))) {
      const owner = owners.get(file.slice(root.length + 1))
      for (const soname of needed.filter((name) => !present.has(name))) {
        const by = wanting.get(soname) ?? new Set()
        wanting.set(soname, owner === undefined ? by : by.add(owner))
      }
    }
    if (wanting.size === 0) return [...used.values()]
    for (const [soname, one, path] of await provide(wanting, apt)) {
      const to = join(libraryDirectory(path.inside), soname)
      layFile(root, path.real, to, 0o644)
      owners.set(to, one.name)
      used.set(one.name, one)
    }
  }
}

interface Place {
  readonly real: string
  readonly inside: string
}

async function provide(wanting: ReadonlyMap<string, ReadonlySet<string>>, apt: Packages) {
  const askers = [...new Set([...wanting.values()].flatMap((by) => [...by]))].toSorted()
  const own = new Map(apt.show(askers).map((one) => [one.name, one]))
  const near = [...new Set([...own.values()].flatMap((one) => [one.name, ...libraryDepends(one)]))].toSorted()
  const packages = apt.show(near, true)
  const dirs = await apt.unpack(packages)
  const files = dirs.map(filesBelow)
  const found: [string, DebianPackage, Place][] = []
  for (const [soname, by] of [...wanting].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const allowed = new Set([...by].flatMap((name) => [name, ...libraryDepends(own.get(name))]))
    const hit = packages
      .map((one, i) => ({ one, place: allowed.has(one.name) ? locate(dirs[i] ?? '', files[i] ?? [], soname) : null }))
      .find(({ place }) => place !== null)
    if (hit?.place == null) {
      throw new Error(
        `${soname}, needed by a file of ${[...by].join(', ')}, is in none of the packages it depends on ` +
          `(${[...allowed].join(', ')}); take it explicitly in packages.yml`
      )
    }
    found.push([soname, hit.one, hit.place])
  }
  return found
}

function libraryDepends(one: DebianPackage | undefined): string[] {
  return one?.depends.filter((name) => libraryPackage.test(name)) ?? []
}

function locate(dir: string, files: readonly string[], soname: string): Place | null {
  const inside = files.find((path) => path.endsWith(`/${soname}`) && /^(usr\/)?lib/.test(path))
  return inside === undefined ? null : { real: realpathSync(join(dir, inside)), inside }
}

// Private libraries (usr/lib/…/systemd, usr/libexec/sudo) are found by RUNPATH and must stay where they are.
function libraryDirectory(inside: string): string {
  const dir = dirname(inside.startsWith('usr/') ? inside : `usr/${inside}`)
  return dir === 'usr/lib' ? directory : dir
}

function readDynamic(files: readonly string[]): Dynamic[] {
  if (files.length === 0) return []
  const text = run(['readelf', '-d', '-W', ...files])
  return parseReadelf(text, files.length === 1 ? files[0] : '')
}

function isElf(path: string): boolean {
  if (!statSync(path).isFile()) return false
  const head = Buffer.alloc(4)
  const fd = openSync(path, 'r')
  readSync(fd, head, 0, 4, 0)
  closeSync(fd)
  return head.equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]))
}
