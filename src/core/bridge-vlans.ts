// VLANs of a port of a bridge, as people write them and as the kernel counts them. Pure.

/** Of one VLAN: whether what comes in without a tag belongs to it, and whether what goes out by it loses its tag. */
export interface PortVlan {
  readonly pvid: boolean
  readonly untagged: boolean
}

/** By number. */
export type PortVlans = Readonly<Record<string, PortVlan>>

/** `10`, `20-29`, `1 pvid untagged`; null: it can not be read. */
export function portVlans(entry: string): PortVlans | null {
  const [range = '', ...flags] = entry.trim().split(/\s+/)
  const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range) ?? []
  if (first === undefined || flags.some((flag) => flag !== 'pvid' && flag !== 'untagged')) return null
  const [from, to] = [Number(first), Number(last)]
  if (from < 1 || to > 4094 || from > to) return null
  const how = { pvid: flags.includes('pvid'), untagged: flags.includes('untagged') }
  // What comes in without a tag can belong to one only.
  if (how.pvid && from !== to) return null
  return Object.fromEntries(Array.from({ length: to - from + 1 }, (_, at) => [String(from + at), how]))
}

/** All of them together; the later of two that name one VLAN counts. */
export function allPortVlans(entries: readonly (string | number)[]): PortVlans {
  return Object.assign({}, ...entries.map((entry) => portVlans(String(entry)) ?? {})) as PortVlans // records of one type
}

/**
 * What leads from one to the other, each as the words behind `bridge vlan`: first what comes, then what goes.
 * @param self of the bridge itself: bridge(8) takes `master`, which a bridge has none of, where nothing is said
 */
export function vlanChanges(
  name: string,
  seen: PortVlans,
  want: PortVlans,
  self = false
): readonly (readonly string[])[] {
  const own = self ? ['self'] : []
  const came = Object.entries(want).flatMap(([vid, how]) => {
    const now = seen[vid]
    if (now?.pvid === how.pvid && now.untagged === how.untagged) return []
    const words = [...(how.pvid ? ['pvid'] : []), ...(how.untagged ? ['untagged'] : [])]
    return [['add', 'dev', name, 'vid', vid, ...words, ...own]]
  })
  const gone = Object.keys(seen).flatMap((vid) =>
    want[vid] === undefined ? [['del', 'dev', name, 'vid', vid, ...own]] : []
  )
  return [...came, ...gone]
}

/** `1 pvid untagged, 10, 20-29` */
export function showVlans(vlans: PortVlans): string {
  const parts: { from: number; to: number; flags: string }[] = []
  for (const [vid, { pvid, untagged }] of Object.entries(vlans).sort(([a], [b]) => Number(a) - Number(b))) {
    const [number, flags] = [Number(vid), `${pvid ? ' pvid' : ''}${untagged ? ' untagged' : ''}`]
    const last = parts.at(-1)
    if (last !== undefined && last.to === number - 1 && last.flags === flags) last.to = number
    else parts.push({ from: number, to: number, flags })
  }
  return parts.map(({ from, to, flags }) => `${from === to ? from : `${from}-${to}`}${flags}`).join(', ') || 'none'
}
