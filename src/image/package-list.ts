import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What the image takes out of one Debian package; paths without a leading slash. */
export interface Taken {
  readonly name: string
  readonly take: readonly string[]
  readonly rename: ReadonlyMap<string, string>
  readonly modes: ReadonlyMap<string, number>
  readonly links: ReadonlyMap<string, string>
  readonly concat: ReadonlyMap<string, string>
}

/** What `rootfs.yml` says about the tree beside files. */
export interface RootRules {
  readonly directories: ReadonlyMap<string, number>
  readonly links: ReadonlyMap<string, string>
  /** Path in the image -> path in the checkout. */
  readonly copies: ReadonlyMap<string, string>
  readonly modes: ReadonlyMap<string, number>
  readonly busyboxWithout: ReadonlySet<string>
}

const packageKeys = ['take', 'rename', 'modes', 'links', 'concat']
const rootKeys = ['directories', 'links', 'copies', 'modes', 'busyboxWithout']

/** @throws naming file, package and key of what is not as the head of `packages.yml` describes */
export function parsePackages(text: string, file = 'packages.yml'): Taken[] {
  return Object.entries(mapping(parse(text), file)).map(([name, value]) => {
    const at = `${file}: ${name}`
    if (!/^[a-z0-9][a-z0-9.+-]+$/.test(name)) throw new Error(`${at}: not a Debian package name`)
    const said: Record<string, unknown> = Array.isArray(value) ? { take: value } : mapping(value, at)
    only(said, packageKeys, at)
    const taken = {
      name,
      take: list(said.take, `${at}.take`),
      rename: texts(said.rename, `${at}.rename`),
      modes: modes(said.modes, `${at}.modes`),
      links: texts(said.links, `${at}.links`),
      concat: texts(said.concat, `${at}.concat`)
    }
    if (taken.take.length + taken.concat.size === 0) throw new Error(`${at}: takes nothing; leave the package out`)
    return taken
  })
}

/** @throws naming file and key of what is not as the head of `rootfs.yml` describes */
export function parseRootRules(text: string, file = 'rootfs.yml'): RootRules {
  const said = mapping(parse(text), file)
  only(said, rootKeys, file)
  return {
    directories: modes(said.directories, `${file}: directories`, 0o755),
    links: texts(said.links, `${file}: links`),
    copies: texts(said.copies, `${file}: copies`),
    modes: modes(said.modes, `${file}: modes`),
    busyboxWithout: new Set(list(said.busyboxWithout, `${file}: busyboxWithout`))
  }
}

/** Reads one of this folder's data files. */
export function readData(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

/** A YAML mapping. @throws if `value` is anything else */
export function mapping(value: unknown, at: string): Record<string, unknown> {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`${at}: expected a mapping`)
  return value as Record<string, unknown> // any object that is no array has string keys
}

/** A YAML sequence of strings. */
export function list(value: unknown, at: string): string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new Error(`${at}: expected a list`)
  return value.map((one: unknown) => text(one, at))
}

/** Refuses keys that would silently do nothing. */
export function only(said: Record<string, unknown>, known: readonly string[], at: string): void {
  for (const key of Object.keys(said)) {
    if (!known.includes(key)) throw new Error(`${at}: unknown key "${key}"; known are ${known.join(', ')}`)
  }
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${at}: expected text, found ${JSON.stringify(value)}`)
  return value
}

/** A YAML mapping of paths without leading slash to text. */
export function texts(value: unknown, at: string): Map<string, string> {
  return new Map(Object.entries(mapping(value, at)).map(([key, one]) => [relative(key, at), text(one, `${at}.${key}`)]))
}

/** A YAML mapping of paths without leading slash to octal modes, or to nothing where `usual` says which mode that is. */
export function modes(value: unknown, at: string, usual?: number): Map<string, number> {
  return new Map(
    Object.entries(mapping(value, at)).map(([key, one]) => {
      if ((one === null || one === undefined) && usual !== undefined) return [relative(key, at), usual]
      if (typeof one !== 'string' || !/^[0-7]{3,4}$/.test(one)) {
        throw new Error(`${at}.${key}: expected an octal mode in quotes such as '0755', found ${JSON.stringify(one)}`)
      }
      return [relative(key, at), Number.parseInt(one, 8)]
    })
  )
}

function relative(path: string, at: string): string {
  if (path.startsWith('/') || path.split('/').includes('..')) {
    throw new Error(`${at}: ${path} must be a path without leading slash and without ..`)
  }
  return path
}
