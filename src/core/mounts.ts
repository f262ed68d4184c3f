// The document's `mounts` as mounts and swap areas, and which of them a path lies on. Pure.
import { posix } from 'node:path'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Key, Spec } from './resource.ts'

export interface WantedMount {
  readonly key: Key<'mount'>
  readonly target: string
  readonly spec: Spec<'mount'>
  readonly needs: readonly Key<'mount'>[]
  /** Its place in the list. */
  readonly index: number
}

export interface WantedSwap {
  readonly key: Key<'swap'>
  readonly source: string
  readonly spec: Spec<'swap'>
  readonly index: number
}

/** What rosd itself stands on: a mount over one of these would take the machine from under it. */
const RESERVED: ReadonlySet<string> = new Set(
  '/ /bin /dev /etc /lib /lib64 /proc /run /sbin /state /sys /usr /var /var/lib /var/lib/rancher /var/lib/system-docker'.split(
    ' '
  )
)

/** Words that speak to fstab's readers, not to the kernel. `user` is for people without rights; everything here has them. */
const NOT_FOR_KERNEL = /^(defaults|auto|noauto|nofail|_netdev|users?|nousers?|owner|group|comment=.*|x-.*)$/

/** The mounts of the document, the last entry of each target. Each needs the mount it lies on, a bind also its source's. */
export function wantedMounts(data: CloudConfig): readonly WantedMount[] {
  const drafts = new Map<string, Omit<WantedMount, 'needs'>>()
  for (const [index, entry] of (data.mounts ?? []).entries()) {
    if (isSwap(entry)) continue
    const { target, spec } = mountOf(entry)
    drafts.set(target, { key: `mount/${target}`, target, spec, index })
  }
  return withNeeds([...drafts.values()])
}

/** What one entry of `mounts` that is no swap area asks for. */
export function mountOf(entry: readonly string[]): { readonly target: string; readonly spec: Spec<'mount'> } {
  const [source = '', given = '', type = '', words = ''] = entry.map((word) => word.trim())
  const target = given.startsWith('/') ? normal(given) : given
  const options = words.split(',').map((word) => word.trim())
  const bind = type === 'bind' || options.includes('bind') || options.includes('rbind')
  const spec: Spec<'mount'> = {
    source: bind && source.startsWith('/') ? normal(source) : source,
    type: bind ? 'bind' : type === '' ? 'auto' : type,
    options: options.filter((word) => word !== '' && word !== 'bind' && !NOT_FOR_KERNEL.test(word)),
    broken: broken(source, target, bind)
  }
  return { target, spec }
}

/** Whether an entry of `mounts` is a swap area. */
export function isSwap(entry: readonly string[]): boolean {
  return entry[2]?.trim() === 'swap'
}

/** The swap areas of the document, the last entry of each source. */
export function wantedSwaps(data: CloudConfig): readonly WantedSwap[] {
  const found = new Map<string, WantedSwap>()
  for (const [index, entry] of (data.mounts ?? []).entries()) {
    const [source = '', , , words = ''] = entry.map((word) => word.trim())
    if (!isSwap(entry) || source === '') continue
    const priority = /(?:^|,)\s*pri=(\d{1,5})\s*(?:,|$)/.exec(words)?.[1]
    const spec = { priority: priority === undefined ? null : Number(priority) }
    found.set(source, { key: `swap/${source}`, source, spec, index })
  }
  return [...found.values()]
}

/** The mount that holds `path`: the one with the longest target at or above it; null when it lies on none of these. */
export function holder<M extends { readonly target: string }>(mounts: readonly M[], path: string): M | null {
  let best: M | null = null
  for (const mount of mounts) {
    const inside = path === mount.target || path.startsWith(`${mount.target}/`)
    if (inside && mount.target.length > (best?.target.length ?? 0)) best = mount
  }
  return best
}

/** The key of the document's mount that holds `path`, as needs. */
export function needsMount(data: CloudConfig, path: string): readonly Key<'mount'>[] {
  const found = holder(wantedMounts(data), path)
  return found === null ? [] : [found.key]
}

function normal(path: string): string {
  const clean = posix.normalize(path).replace(/(?<=.)\/$/, '')
  // /var/run is a link to /run, and the kernel's mount table knows no links.
  return clean.replace(/^\/var\/run(?=\/|$)/, '/run')
}

function broken(source: string, target: string, bind: boolean): string | null {
  if (source === '') return 'it names no device'
  if (!target.startsWith('/'))
    return `its target ${target === '' ? 'is empty' : `'${target}' is no absolute path`}; give one, such as /mnt/data`
  if (RESERVED.has(target)) return `the machine itself stands on ${target}; mount it elsewhere, such as below /mnt`
  if (bind && !source.startsWith('/'))
    return `its source '${source}' is no absolute path; a bind mount shows a directory of this machine`
  return null
}

/**
 * Adds what each mount needs. Those for the parent directory can not go in a circle; one for a bind's source is left out when
 * it would close one.
 */
function withNeeds(drafts: readonly Omit<WantedMount, 'needs'>[]): readonly WantedMount[] {
  const needs = new Map<string, Set<string>>()
  for (const draft of drafts) {
    const others = drafts.filter((other) => other !== draft)
    const parent = draft.spec.broken === null ? holder(others, draft.target) : null
    needs.set(draft.target, new Set(parent === null ? [] : [parent.target]))
  }
  const reaches = (from: string, to: string): boolean =>
    from === to || [...(needs.get(from) ?? [])].some((next) => reaches(next, to))
  for (const draft of drafts) {
    if (draft.spec.type !== 'bind' || draft.spec.broken !== null) continue
    const source = holder(
      drafts.filter((other) => other !== draft),
      draft.spec.source
    )
    if (source !== null && !reaches(source.target, draft.target)) needs.get(draft.target)?.add(source.target)
  }
  return drafts.map((draft) => ({
    ...draft,
    needs: [...(needs.get(draft.target) ?? [])].map((target): Key<'mount'> => `mount/${target}`)
  }))
}
