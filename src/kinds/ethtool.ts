// What a card does by itself: offloads, and what wakes the machine up. ethtool(8) asks and tells the driver.
import { EMPTY } from 'rxjs'
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { declaredLinks } from '../core/made-links.ts'
import { type Key, nameOf, type Owned, type Seen, type Spec } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'

/** Short names of `ethtool -K` and what `ethtool -k` calls them. */
const LONG: Readonly<Record<string, string>> = {
  rx: 'rx-checksumming',
  tx: 'tx-checksumming',
  sg: 'scatter-gather',
  tso: 'tcp-segmentation-offload',
  gso: 'generic-segmentation-offload',
  gro: 'generic-receive-offload',
  lro: 'large-receive-offload',
  rxvlan: 'rx-vlan-offload',
  txvlan: 'tx-vlan-offload',
  ntuple: 'ntuple-filters',
  rxhash: 'receive-hashing'
}

export const ethtool: KindDef<'ethtool'> = {
  kind: 'ethtool',
  resync: 60_000,
  width: 4,
  deadline: 30_000,

  *want(desired) {
    for (const { name, entry, path } of declaredLinks(desired)) {
      const offloads = Object.entries(entry.offloads ?? {}).map(([key, on]) => [LONG[key] ?? key, on] as const)
      const wake = entry.wake_on_lan === undefined ? null : letters(entry.wake_on_lan)
      if (offloads.length === 0 && wake === null) continue
      const place = [...path, offloads.length === 0 ? 'wake_on_lan' : 'offloads']
      yield {
        key: `ethtool/${name}`,
        spec: { offloads: Object.fromEntries(offloads), wake },
        needs: [`link/${name}`],
        from: desired.from(place)
      }
    }
  },

  judge(want, seen, owned) {
    const changes = changesOf(want?.spec ?? null, seen, owned)
    if (changes.length === 0) return null
    const why = changes.map(({ field, from, to }) => `${field} ${from} -> ${to}`).join(', ')
    return want === null ? { verb: 'delete', why: `no longer wanted: ${why}` } : { verb: 'update', why }
  },

  // What a card can not change is no reason to try for ever.
  complain({ spec, key }, seen) {
    const name = nameOf(key)
    for (const [offload, on] of Object.entries(spec.offloads)) {
      const now = seen.offloads[offload]
      if (now === undefined) return `${name} has no offload ${offload}; \`ethtool -k ${name}\` lists them`
      if (now.fixed && now.on !== on) return `the driver of ${name} has ${offload} always ${word(now.on)}`
    }
    const missing = unable(spec.wake ?? '', seen)
    return missing.length === 0
      ? null
      : `${name} can not be woken by ${missing.join('')}, but by ${seen.supports || 'nothing'}`
  },

  fields: ({ from, to, owned }) =>
    changesOf(to, from, owned).flatMap((change) => changeOf(change.field, change.from, change.to)),

  // Drivers tell nobody.
  watch: () => EMPTY,

  async observe(host, keys) {
    const seen = new Map<Key<'ethtool'>, Seen<'ethtool'>>()
    await Promise.all(
      keys.map(async (key) => {
        const found = await look(host, nameOf(key))
        if (found !== null) seen.set(key, found)
      })
    )
    return seen
  },

  async act(host, { key, from, to, owned }) {
    const name = nameOf(key)
    const changes = changesOf(to, from, owned)
    const offloads = changes.filter(({ field }) => field !== 'wake_on_lan')
    const wake = changes.find(({ field }) => field === 'wake_on_lan')
    if (offloads.length > 0) await tell(host, ['-K', name, ...offloads.flatMap((change) => [change.field, change.to])])
    if (wake !== undefined) await tell(host, ['-s', name, 'wol', wake.to])
  }
}

interface Change {
  readonly field: string
  readonly from: string
  readonly to: string
}

function changesOf(
  spec: Spec<'ethtool'> | null,
  seen: Seen<'ethtool'> | null,
  owned: Owned<'ethtool'> | null
): readonly Change[] {
  if (seen === null) return []
  const before = owned?.before ?? null
  const given = { ...owned?.spec.offloads, ...owned?.next?.offloads }
  const back = Object.keys(given).flatMap((name) => {
    const on = before?.offloads[name]?.on
    return on === undefined || spec?.offloads[name] !== undefined ? [] : [[name, on] as const]
  })
  const offloads = [...Object.entries(spec?.offloads ?? {}), ...back].flatMap(([field, on]) => {
    const now = seen.offloads[field]
    return now === undefined || now.fixed || now.on === on ? [] : [{ field, from: word(now.on), to: word(on) }]
  })
  const gave = (owned?.spec.wake ?? owned?.next?.wake ?? null) !== null
  const wake = spec?.wake ?? (gave ? (before?.wake ?? null) : null)
  const can = wake !== null && unable(wake, seen).length === 0
  return can && wake !== seen.wake && seen.wake !== ''
    ? [...offloads, { field: 'wake_on_lan', from: seen.wake, to: wake }]
    : offloads
}

/** null: there is no such link. */
async function look(host: Host, name: string): Promise<Seen<'ethtool'> | null> {
  const [features, card] = await Promise.all([ask(host, ['-k', name]), ask(host, [name])])
  if (features === null) return null
  const offloads = [...features.matchAll(/^\s*([a-z0-9-]+): (on|off)( \[.*\])?$/gm)].map(
    ([, key = '', state, note = '']) => [key, { on: state === 'on', fixed: note.includes('fixed') }] as const
  )
  const of = (label: string) => letters(new RegExp(`^\\s*${label}: (\\w+)$`, 'm').exec(card ?? '')?.[1] ?? '')
  return { offloads: Object.fromEntries(offloads), wake: of('Wake-on'), supports: of('Supports Wake-on') }
}

async function ask(host: Host, argv: readonly string[]): Promise<string | null> {
  const { code, stdout } = await host.runner.run(['ethtool', ...argv], { check: false, timeoutMs: 10_000 })
  // 75: a part of it could not be told.
  return code === 0 || code === 75 ? stdout : null
}

async function tell(host: Host, argv: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await host.runner.run(['ethtool', ...argv], { check: false, timeoutMs: 20_000 })
  if (code === 0) return
  const words = (stderr || stdout).trim().replaceAll('\n', '; ')
  throw new RosError('ROS_ETHTOOL', `ethtool ${argv.join(' ')}: ${words || `exit code ${code}`}`)
}

/** Letters the card does not know; `d` is for none of them. */
function unable(wake: string, { supports }: Seen<'ethtool'>): readonly string[] {
  return wake.split('').filter((letter) => letter !== 'd' && !supports.includes(letter))
}

/** In one order; `ethtool` has one of its own. */
function letters(text: string): string {
  return [...new Set(text.split(''))].sort().join('')
}

function word(on: boolean): 'on' | 'off' {
  return on ? 'on' : 'off'
}
