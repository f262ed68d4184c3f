// The commands of rancher.network, as hooks: what each belongs to, and what comes before and after it. RancherOS's order:
// `pre_cmds`, links that are made, then for each link `pre_up`, its configuration, `post_up`; `post_cmds` last. Pure.
import { createHash } from 'node:crypto'
import type { NetworkInterface } from '../document/types.gen.ts'
import { type ConfiguredLink, configuredLinks } from './interfaces.ts'
import type { Desired } from './kind.ts'
import { declaredLinks } from './made-links.ts'
import type { Key } from './resource.ts'

export interface Hook {
  readonly key: Key<'hook'>
  /** Command lines; `$iface` is the link's name in them, or nothing where they belong to no link. */
  readonly lines: readonly string[]
  /** Digest of the lines and of what they belong to: with another one they run again. */
  readonly of: string
  readonly path: readonly string[]
  readonly needs: readonly Key[]
  readonly follows: readonly Key[]
}

/** What of rancher.network is no part of how its links are set up: a lease or a name server runs no command again. */
const ASIDE: ReadonlySet<string> = new Set([
  'pre_cmds',
  'post_cmds',
  'dns',
  'hosts',
  'http_proxy',
  'https_proxy',
  'no_proxy'
])

/** What hangs on no link, and is set up before the last commands all the same. */
const LAST: readonly Key[] = ['resolver/machine', 'firewall/machine']

/** Every hook of a document. Those of a link are there while the link is. */
export function hooks(desired: Desired): readonly Hook[] {
  const { network = {} } = desired.data.rancher ?? {}
  const links = configuredLinks(desired)
  const whole = Object.entries(network).filter(([key]) => !ASIDE.has(key))
  const common = (word: 'pre_cmds' | 'post_cmds', follows: readonly Key[]) =>
    made(`hook/${word}`, network[word], '', whole, ['rancher', 'network', word], [], follows)
  return [
    ...common('pre_cmds', []),
    ...links
      .filter(({ name }) => isThere(desired, name))
      .flatMap(({ name, entry, path }) => [
        ...made(`hook/pre_up:${name}`, entry.pre_up, name, bare(entry), [...path, 'pre_up'], before(desired), []),
        ...made(
          `hook/post_up:${name}`,
          entry.post_up,
          name,
          bare(entry),
          [...path, 'post_up'],
          afterUp({ name, entry }),
          [`link/${name}`]
        )
      ]),
    ...common('post_cmds', [...declaredLinks(desired).map(({ name }): Key => `link/${name}`), ...LAST])
  ]
}

/** Hooks that have had their turn before a link is made or set: part of its `needs`. */
export function hooksBeforeLink(
  desired: Desired,
  { name, entry }: Pick<ConfiguredLink, 'name' | 'entry'>
): readonly Key[] {
  return [...before(desired), ...(isThere(desired, name) ? preUp({ name, entry }) : [])]
}

/** Hooks that have had their turn before addresses, routes and clients of a link: part of their `needs`. */
export function hooksBeforeAddresses(configured: Pick<ConfiguredLink, 'name' | 'entry'>): readonly Key[] {
  return preUp(configured)
}

function before({ data }: Pick<Desired, 'data'>): readonly Key[] {
  return given(data.rancher?.network?.pre_cmds).length === 0 ? [] : ['hook/pre_cmds']
}

function preUp({ name, entry }: Pick<ConfiguredLink, 'name' | 'entry'>): readonly Key[] {
  return given(entry.pre_up).length === 0 ? [] : [`hook/pre_up:${name}`]
}

function afterUp(configured: Pick<ConfiguredLink, 'name' | 'entry'>): readonly Key[] {
  return [`link/${configured.name}`, ...preUp(configured)]
}

function isThere({ facts }: Desired, name: string): boolean {
  return facts.links.some((link) => link.name === name)
}

function given(lines: readonly string[] | undefined): readonly string[] {
  return (lines ?? []).filter((line) => line.trim() !== '')
}

function bare({ pre_up: _pre, post_up: _post, ...settings }: NetworkInterface): unknown {
  return settings
}

function made(
  key: Key<'hook'>,
  lines: readonly string[] | undefined,
  iface: string,
  settings: unknown,
  path: readonly string[],
  needs: readonly Key[],
  follows: readonly Key[]
): readonly Hook[] {
  const commands = given(lines).map((line) => line.replaceAll('$iface', iface))
  if (commands.length === 0) return []
  const of = createHash('sha256')
    .update(JSON.stringify([commands, settings], inOrder))
    .digest('hex')
  return [{ key, lines: commands, of, path, needs, follows }]
}

/** Keys by name: their order in the document means nothing. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
