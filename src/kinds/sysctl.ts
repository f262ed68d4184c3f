// Kernel parameters below /proc/sys.
import { EMPTY } from 'rxjs'
import { RosError } from '../core/errors.ts'
import { ipSettings } from '../core/ip-settings.ts'
import type { KindDef } from '../core/kind.ts'
import { declaredLinks } from '../core/made-links.ts'
import { type Key, nameOf, type Seen, type Want } from '../core/resource.ts'
import { dotted, linkOf, pathOf, tidy } from '../core/sysctl-name.ts'
import type { Host } from '../host/ports.ts'
import { adoptSysctl } from './adopt/system.ts'

/** What we learnt while writing, one file per parameter: see Kinds['sysctl']['seen']. */
const NOTES = '/run/ros/sysctl'

interface Note {
  readonly wrote: string
  /** What the kernel gave back right after it; null: it was about to be written. */
  readonly read: string | null
  readonly before: string | null
}

export const sysctl: KindDef<'sysctl'> = {
  kind: 'sysctl',
  resync: 60_000,
  width: 16,
  // Its note is not looked at by itself.
  finishes: true,

  *want(desired) {
    const wants = new Map<Key, Want<'sysctl'>>()
    const declared = declaredLinks(desired)
    const links = new Set(declared.map((link) => link.name))
    for (const { name, value, path } of ipSettings(desired, declared)) {
      const key: Key<'sysctl'> = `sysctl/${name}`
      wants.set(key, { key, spec: { value }, needs: needs(name, links), from: desired.from(path) })
    }
    // What is said of a parameter by its name counts more.
    for (const [name, value] of Object.entries(desired.data.rancher?.sysctl ?? {})) {
      const key: Key<'sysctl'> = `sysctl/${dotted(name.trim())}`
      const from = desired.from(['rancher', 'sysctl', name])
      wants.set(key, { key, spec: { value: tidy(value) }, needs: needs(nameOf(key), links), from })
    }
    yield* wants.values()
  },

  judge(want, seen, owned) {
    if (want === null) {
      const before = owned?.before?.value ?? seen?.before ?? null
      return seen === null || before === null || seen.value === before
        ? null
        : { verb: 'delete', why: `no longer wanted: ${seen.value} -> ${before}` }
    }
    if (seen === null) return { verb: 'create', why: 'no such parameter yet' }
    if (seen.value === want.spec.value || seen.wrote === want.spec.value) return null
    return { verb: 'update', why: `${seen.value} -> ${want.spec.value}` }
  },

  adopt: adoptSysctl,

  // The kernel tells nobody when a parameter changes.
  watch: () => EMPTY,

  async observe(host, keys) {
    const noted = new Set(await host.files.list(NOTES))
    const seen = new Map<Key<'sysctl'>, Seen<'sysctl'>>()
    await Promise.all(
      keys.map(async (key) => {
        const note = noted.size > 0 && noted.has(noteName(key)) ? await readNote(host, key) : null
        const value = await readValue(host, key)
        if (value === null) return
        const wrote = note !== null && note.read === value && note.wrote !== value ? note.wrote : null
        seen.set(key, { value, wrote, before: note?.before ?? null })
      })
    )
    return seen
  },

  async act(host, action) {
    const { key, to, from, owned } = action
    const value = to?.value ?? owned?.before?.value ?? from?.before
    const path = pathOf(nameOf(key))
    if (value === undefined || value === null) return
    if (path === null)
      throw new RosError('ROS_SYSCTL_MISSING', `${nameOf(key)} is no name of a kernel parameter`, 'never')
    // A second run finds our own value there: what the first one noted counts.
    const noted = await readNote(host, key)
    const before = noted?.before ?? (from === null ? await readValue(host, key) : null)
    if (to !== null && before !== null && noted === null)
      await writeNote(host, key, { wrote: value, read: null, before })
    try {
      await host.files.writeInPlace(path, `${value}\n`)
    } catch (thrown) {
      throw refused(nameOf(key), path, value, thrown)
    }
    const read = (await readValue(host, key)) ?? ''
    if (to !== null && (read !== value || before !== null)) await writeNote(host, key, { wrote: value, read, before })
    else await host.files.remove(`${NOTES}/${noteName(key)}`)
  }
}

/** A link only where the document configures it: any other may never come. */
function needs(name: string, links: ReadonlySet<string>): readonly Key[] {
  const found: Key[] = []
  if (name.startsWith('net.bridge.')) found.push('module/br_netfilter')
  if (name.startsWith('net.netfilter.nf_conntrack')) found.push('module/nf_conntrack')
  const link = linkOf(name)
  if (link !== null && links.has(link)) found.push(`link/${link}`)
  return found
}

function refused(name: string, path: string, value: string, cause: unknown): RosError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT') {
    const way = 'check the name, or load the module that brings it with rancher.modules'
    return new RosError('ROS_SYSCTL_MISSING', `the kernel has no parameter ${name} (${path}); ${way}`, 'soon', cause)
  }
  const said = cause instanceof Error ? cause.message : String(cause)
  return new RosError('ROS_SYSCTL_WRITE', `the kernel refused ${name} = ${value}: ${said}`, 'soon', cause)
}

/** null: no such parameter. Empty: one that can only be written. */
async function readValue(host: Host, key: Key<'sysctl'>): Promise<string | null> {
  const path = pathOf(nameOf(key))
  if (path === null) return null
  try {
    const text = await host.files.read(path)
    return text === null ? null : tidy(text)
  } catch {
    return ''
  }
}

function noteName(key: Key<'sysctl'>): string {
  return nameOf(key).replaceAll('/', '%')
}

async function readNote(host: Host, key: Key<'sysctl'>): Promise<Note | null> {
  try {
    const text = await host.files.read(`${NOTES}/${noteName(key)}`)
    return text === null ? null : (JSON.parse(text) as Note) // written by writeNote below
  } catch {
    return null
  }
}

async function writeNote(host: Host, key: Key<'sysctl'>, note: Note): Promise<void> {
  await host.files.writeAtomic(`${NOTES}/${noteName(key)}`, JSON.stringify(note))
}
