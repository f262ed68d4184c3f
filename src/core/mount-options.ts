// Mount options: which of the wanted ones a mount lacks, and how it is told so. Only what the kernel shows can be compared;
// the rest is known from what we gave mount(8) when we mounted it. Pure.
import type { Seen, Spec } from './resource.ts'

/** Flags of a mount, [set, cleared]; the cleared word is what remounting needs to hear. */
const FLAGS: readonly (readonly [string, string])[] = [
  ['ro', 'rw'],
  ['nosuid', 'suid'],
  ['nodev', 'dev'],
  ['noexec', 'exec'],
  ['noatime', 'atime'],
  ['nodiratime', 'diratime'],
  ['nosymfollow', 'symfollow']
]
/** Filesystems that are read-only whatever one asks. */
const READ_ONLY: ReadonlySet<string> = new Set(['iso9660', 'squashfs', 'erofs', 'cramfs', 'romfs'])

export interface OptionChange {
  readonly why: string
  /** False: no remount makes it so; it has to be mounted anew. */
  readonly remount: boolean
}

/** What has to change on a mount that shows the right thing; null: nothing. */
export function optionChange(spec: Spec<'mount'>, seen: Seen<'mount'>): OptionChange | null {
  const wanted = flagsOf(spec.options)
  const given = seen.given === null ? new Map<string, boolean>() : flagsOf(seen.given.options)
  for (const [set, cleared] of FLAGS) {
    // A flag nobody speaks of is left alone, but for `ro`, and for one that we set ourselves and that is wanted no more.
    const want = wanted.get(set) ?? (set === 'ro' || given.get(set) === true ? false : undefined)
    const has = isSet(seen, set)
    if (want === undefined || want === has || (set === 'ro' && READ_ONLY.has(seen.type))) continue
    return { why: `${has ? set : cleared} -> ${want ? set : cleared}`, remount: true }
  }
  const size = bytesOf(valueOf(spec.options, 'size'))
  if (seen.type === 'tmpfs' && size !== null && size !== bytesOf(valueOf(seen.superOptions, 'size'))) {
    return {
      why: `size ${valueOf(seen.superOptions, 'size') ?? 'unlimited'} -> ${valueOf(spec.options, 'size')}`,
      remount: true
    }
  }
  if (seen.given === null) return null
  const old = othersOf(seen.given.options)
  const now = othersOf(spec.options)
  const gone = old.filter((word) => !now.includes(word))
  const come = now.filter((word) => !old.includes(word))
  if (gone.length + come.length === 0) return null
  const lost = gone.filter((word) => !come.some((other) => nameOf(other) === nameOf(word)))
  return {
    why: [...gone.map((word) => `-${word}`), ...come.map((word) => `+${word}`)].join(' '),
    remount: lost.length === 0
  }
}

/** True when the two show different flags; for putting an adopted mount back as it was. */
export function sameFlags(a: Seen<'mount'>, b: Seen<'mount'>): boolean {
  return FLAGS.every(([set]) => isSet(a, set) === isSet(b, set))
}

/** Words for `mount -o remount,…`: every flag said outright, for what is left unsaid stays as it was. */
export function remountWords(spec: Spec<'mount'>, seen: Seen<'mount'>): readonly string[] {
  const wanted = flagsOf(spec.options)
  const given = seen.given === null ? new Map<string, boolean>() : flagsOf(seen.given.options)
  const flags = FLAGS.flatMap(([set, cleared]) => {
    const want = wanted.get(set) ?? (set === 'ro' || given.get(set) === true ? false : isSet(seen, set))
    return set === 'noatime' && !want
      ? wanted.get(set) === false || isSet(seen, set)
        ? ['relatime']
        : []
      : [want ? set : cleared]
  })
  return [...flags, ...othersOf(spec.options)]
}

/** The flags a mount shows, as words for remounting it. */
export function flagWords(seen: Seen<'mount'>): readonly string[] {
  return FLAGS.map(([set, cleared]) => (isSet(seen, set) ? set : set === 'noatime' ? 'relatime' : cleared))
}

/** The last word on a flag counts, as for mount(8). */
function flagsOf(options: readonly string[]): Map<string, boolean> {
  const flags = new Map<string, boolean>()
  for (const word of options) {
    for (const [set, cleared] of FLAGS) {
      if (word === set) flags.set(set, true)
      if (word === cleared || (set === 'noatime' && (word === 'relatime' || word === 'strictatime')))
        flags.set(set, false)
    }
  }
  return flags
}

function othersOf(options: readonly string[]): readonly string[] {
  const words = new Set([...FLAGS.flat(), 'rbind'])
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
