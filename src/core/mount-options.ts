// Mount options: which of the wanted ones a mount lacks, and how it is told so. Only what the kernel shows can be compared;
// the rest is known from what we gave mount(8) when we mounted it. Pure.
import type { Seen, Spec } from './resource.ts'

/** Flags of a mount, [set, cleared]; the cleared word is what remounting needs to hear. */
const FLAGS: readonly (readonly [string, string])[] = [
  ['ro', 'rw'],
  ['nosuid', 'suid'],
  ['nodev', 'dev'],
  ['noexec', 'exec'],
  ['noatime', 'relatime'],
  ['nodiratime', 'diratime'],
  ['nosymfollow', 'symfollow']
]
/** Other words for the kernel's way with access times. */
const ALSO_RELATIME: ReadonlySet<string> = new Set(['atime', 'strictatime'])
/** Filesystems that are read-only whatever one asks. */
const READ_ONLY: ReadonlySet<string> = new Set(['iso9660', 'squashfs', 'erofs', 'cramfs', 'romfs'])

export interface OptionChange {
  readonly why: string
  /** False: no remount makes it so; it has to be mounted anew. */
  readonly remount: boolean
}

/** What has to change on a mount that shows the right thing; null: nothing. */
export function optionChange(spec: Spec<'mount'>, seen: Seen<'mount'>): OptionChange | null {
  const size = sizeChange(spec, seen)
  const old = seen.given === null ? [] : othersOf(seen.given.options)
  const now = seen.given === null ? [] : othersOf(spec.options)
  const gone = old.filter((word) => !now.includes(word))
  const come = now.filter((word) => !old.includes(word) && !(size !== null && nameOf(word) === 'size'))
  const why = [
    ...flagChanges(spec, seen),
    ...(size === null ? [] : [size]),
    ...gone.filter((word) => size === null || nameOf(word) !== 'size').map((word) => `-${word}`),
    ...come.map((word) => `+${word}`)
  ]
  // A remount leaves an option that it does not name as it is; and the copies that containers have of a bind mount keep the
  // flags they were made with.
  const remount =
    seen.given?.type !== 'bind' && gone.every((word) => now.some((other) => nameOf(other) === nameOf(word)))
  return why.length === 0 ? null : { why: why.join(', '), remount }
}

function flagChanges(spec: Spec<'mount'>, seen: Seen<'mount'>): readonly string[] {
  const wanted = wantedFlags(spec, seen)
  return FLAGS.flatMap(([set, cleared]) => {
    const want = wanted.get(set)
    const has = isSet(seen, set)
    if (want === undefined || want === has || (set === 'ro' && READ_ONLY.has(seen.type))) return []
    return [`${has ? set : cleared} -> ${want ? set : cleared}`]
  })
}

/** Of a filesystem's own options only the size of a tmpfs is compared with what the kernel shows. */
function sizeChange(spec: Spec<'mount'>, seen: Seen<'mount'>): string | null {
  const shown = valueOf(seen.superOptions, 'size')
  const wanted = valueOf(spec.options, 'size')
  const same = bytesOf(wanted) === null || bytesOf(wanted) === bytesOf(shown)
  return seen.type !== 'tmpfs' || same ? null : `size ${shown ?? 'unlimited'} -> ${wanted}`
}

/** True when two looks at a mount show the same flags. */
export function sameFlags(a: Seen<'mount'>, b: Seen<'mount'>): boolean {
  return FLAGS.every(([set]) => isSet(a, set) === isSet(b, set))
}

/** Words for `mount -o remount,…` that give the mount what is wanted and leave it the rest. */
export function remountWords(spec: Spec<'mount'>, seen: Seen<'mount'>): readonly string[] {
  const wanted = wantedFlags(spec, seen)
  return [...wordsFor((flag) => wanted.get(flag) ?? isSet(seen, flag), seen), ...othersOf(spec.options)]
}

/** Words for `mount -o remount,…` that give the mount the flags it had when `then` was seen. */
export function formerWords(then: Seen<'mount'>, seen: Seen<'mount'>): readonly string[] {
  return wordsFor((flag) => isSet(then, flag), seen)
}

/** The kernel takes a flag that is not named for cleared, but for those of access times: those it keeps. */
function wordsFor(has: (flag: string) => boolean, seen: Seen<'mount'>): readonly string[] {
  return FLAGS.flatMap(([set, cleared]) => (has(set) ? [set] : set === 'ro' || isSet(seen, set) ? [cleared] : []))
}

/**
 * The flags the document has a say in. One it does not name is left alone, but for `ro`, and for one that we set ourselves when
 * it was still named.
 */
function wantedFlags(spec: Spec<'mount'>, seen: Seen<'mount'>): ReadonlyMap<string, boolean> {
  const given = seen.given === null ? new Map<string, boolean>() : flagsOf(seen.given.options)
  const ours = [...given].filter(([, set]) => set).map(([flag]) => [flag, false] as const)
  return new Map([['ro', false], ...ours, ...flagsOf(spec.options)])
}

/** The last word on a flag counts, as for mount(8). */
function flagsOf(options: readonly string[]): Map<string, boolean> {
  const flags = new Map<string, boolean>()
  for (const word of options) {
    for (const [set, cleared] of FLAGS) {
      if (word === set) flags.set(set, true)
      if (word === cleared || (set === 'noatime' && ALSO_RELATIME.has(word))) flags.set(set, false)
    }
  }
  return flags
}

function othersOf(options: readonly string[]): readonly string[] {
  const words = new Set([...FLAGS.flat(), ...ALSO_RELATIME, 'rbind'])
  return options.filter((word) => !words.has(word))
}

/** `ro` holds when either the mount or its filesystem is read-only; every other flag is the mount's own. */
function isSet(seen: Seen<'mount'>, flag: string): boolean {
  return seen.options.includes(flag) || (flag === 'ro' && seen.superOptions.includes('ro'))
}

function nameOf(word: string): string {
  return word.split('=')[0] ?? word
}

function valueOf(options: readonly string[], name: string): string | null {
  return options.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? null
}

/** `64m` -> 67108864; null for shares of the memory (`50%`) and what is no size. The kernel rounds up to whole pages. */
function bytesOf(size: string | null): number | null {
  const [, digits, unit = ''] = /^(\d+)([kmgtKMGT]?)$/.exec(size ?? '') ?? []
  if (digits === undefined) return null
  const bytes = Number(digits) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase())
  return Math.ceil(bytes / 4096) * 4096
}
