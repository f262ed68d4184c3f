// What the agent keeps of each mount it made, in /run: it dies with the boot, as the mounts do.
import type { Seen } from '../../core/resource.ts'
import type { Host, MountEntry } from '../../host/ports.ts'

/** What we gave mount(8), one file per target. */
const NOTES = '/run/ros/mounts'

interface Note {
  /**
   * The mount it speaks of. Its id alone would not do: the kernel gives a number that is free again to the next. null: it was about
   * to be made, and is whatever shows the same and is not `over`.
   */
  readonly mount: string | null
  /** What was mounted on the target before it. */
  readonly over: string | null
  readonly given: NonNullable<Seen<'mount'>['given']>
  /** What was made to mount on, the deepest first; it goes with the mount where nothing lies in it. */
  readonly made: readonly string[]
}

/** What was made for the mount that is noted, the deepest first. */
export async function madeFor(host: Host, target: string): Promise<readonly string[]> {
  return (await readNote(host, target))?.made ?? []
}

/** Notes what the mount that is seen on the target was made from. */
export async function note(host: Host, target: string, { source, type, options }: Note['given']): Promise<void> {
  const entry = await topOf(host, target)
  if (entry === undefined) return
  const made = await madeFor(host, target)
  const text: Note = { mount: identity(entry), over: null, given: { source, type, options }, made }
  if (JSON.stringify(await readNote(host, target)) !== JSON.stringify(text)) await writeNote(host, target, text)
}

export async function topOf(host: Host, target: string): Promise<MountEntry | undefined> {
  return (await host.mounts.list()).findLast((mounted) => mounted.target === target)
}

export async function writeNote(host: Host, target: string, text: Note): Promise<void> {
  await host.files.writeAtomic(pathOf(target), JSON.stringify(text))
}

export async function readNote(host: Host, target: string): Promise<Note | null> {
  try {
    const text = await host.files.read(pathOf(target))
    return text === null ? null : (JSON.parse(text) as Note) // written by note() above
  } catch {
    return null
  }
}

export function identity({ id, device, type, source, root }: MountEntry): string {
  return [id, device, type, source, root].join(' ')
}

export function forget(host: Host, target: string): Promise<void> {
  return host.files.remove(pathOf(target))
}

function pathOf(target: string): string {
  return `${NOTES}/${encodeURIComponent(target)}`
}
