// Whether a mount is the one the document means, options aside. Pure.
import { sameFlags } from './mount-options.ts'
import type { Seen, Spec } from './resource.ts'

/** Filesystems whose source is a mere word. */
const SOURCELESS: ReadonlySet<string> = new Set(
  'bpf cgroup2 devpts hugetlbfs mqueue overlay proc ramfs sysfs tmpfs'.split(' ')
)

/** True when a source is a device or file of this machine, which has to be there first; else it is the filesystem's word. */
export function isLocal({ source, type }: Spec<'mount'>): boolean {
  if (SOURCELESS.has(type) || source.startsWith('//')) return false
  return type === 'bind' || /^(\/|(PART)?(LABEL|UUID)=)/.test(source)
}

/** True when a mount shows what the document means. */
export function shows(spec: Spec<'mount'>, seen: Seen<'mount'>): boolean {
  const { given } = seen
  if (given !== null && given.source === spec.source && given.type === spec.type) return true
  if (given !== null && (given.type === 'bind') !== (spec.type === 'bind')) return false
  const family = (type: string) => type.replace(/^nfs4$/, 'nfs')
  if (spec.type !== 'auto' && spec.type !== 'bind' && family(spec.type) !== family(seen.type)) return false
  if (SOURCELESS.has(spec.type)) return true
  const source = bare(spec.source)
  return seen.sources.some((name) => bare(name) === source)
}

/** What is left of a mount that is wanted no more. One that was there before us stays, with the flags it had. */
export function surplus(
  spec: Spec<'mount'>,
  before: Seen<'mount'> | null,
  seen: Seen<'mount'>
): 'flags' | 'mount' | null {
  if (before !== null && shows(spec, before)) return sameFlags(before, seen) ? null : 'flags'
  return seen.given !== null || shows(spec, seen) ? 'mount' : null
}

/**
 * True when a remount must reach this mount alone: its filesystem is also seen elsewhere, and a plain `remount,ro` would make
 * it read-only there too (of a directory of the root, the whole machine).
 */
export function isView(seen: Seen<'mount'>): boolean {
  return seen.given?.type === 'bind' || seen.sources.some((name) => name.startsWith('/') && !name.startsWith('/dev/'))
}

function bare(source: string): string {
  return source.replace(/(?<=.)\/$/, '')
}
