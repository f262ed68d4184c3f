// Mounts. What somebody else mounted is never unmounted: where it is in the way, ours goes on top and comes off again.
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { isView, isLocal, shows, surplus } from '../core/mount-match.ts'
import { formerWords, type OptionChange, optionChange, remountWords } from '../core/mount-options.ts'
import { otherPaths } from '../core/mountinfo.ts'
import { wantedMounts } from '../core/mounts.ts'
import { type Key, nameOf, type Seen, type Spec } from '../core/resource.ts'
import type { Host, MountEntry } from '../host/ports.ts'
import { adoptMount } from './adopt/system.ts'
import { forget, identity, madeFor, note, readNote, topOf, writeNote } from './mount/notes.ts'
import { clear, makePlace, missing } from './mount/place.ts'

export const mount: KindDef<'mount'> = {
  kind: 'mount',
  resync: 30_000,
  // Its note is not looked at by itself.
  finishes: true,

  *want({ data, from }) {
    for (const { key, spec, needs, index } of wantedMounts(data))
      yield { key, spec, needs, from: from(['mounts', index]) }
  },

  judge(want, seen, owned) {
    if (want === null) {
      const left = owned === null || seen === null ? null : surplus(owned.spec, owned.before, seen)
      return left === null
        ? null
        : { verb: 'delete', why: left === 'flags' ? 'no longer wanted: back to its own flags' : 'no longer wanted' }
    }
    const { spec } = want
    if (spec.broken !== null) return { verb: 'create', why: spec.broken }
    if (seen === null) return { verb: 'create', why: 'not mounted' }
    if (shows(spec, seen)) {
      const change = optionChange(spec, seen)
      // What is not ours is not mounted anew for the sake of an option.
      if (change === null || (!change.remount && seen.given === null)) return null
      return { verb: change.remount ? 'update' : 'replace', why: change.why }
    }
    const what = seen.sources[0] ?? seen.type
    if (seen.given === null) return { verb: 'create', why: `${what} is mounted there and not ours; going on top of it` }
    return { verb: 'replace', why: `${seen.given.source} (${seen.type}) -> ${spec.source} (${spec.type})` }
  },

  show: ({ sources, type, options }) => ({ source: sources[0] ?? '', type, options }),

  disturbs: ({ key, verb }) =>
    verb === 'replace'
      ? { is: 'interrupt', what: `${nameOf(key)} is unmounted for a moment` }
      : { is: 'nothing', what: '' },

  fields: ({ from, to }) => [
    ...changeOf('source', from?.sources[0], to?.source),
    ...changeOf('type', from?.type, to?.type),
    ...changeOf('options', from?.options.join(','), to?.options.map(veiled).join(','))
  ],

  writes: (key) => [nameOf(key)],

  adopt: adoptMount,

  watch: (host) => host.kernel.mounts,

  async observe(host, keys) {
    const seen = new Map<Key<'mount'>, Seen<'mount'>>()
    if (keys.length === 0) return seen
    const all = await host.mounts.list()
    for (const key of keys) {
      const entry = all.findLast((mounted) => mounted.target === nameOf(key))
      if (entry !== undefined) seen.set(key, await look(host, entry, all))
    }
    return seen
  },

  async act(host, { key, to, owned }, signal) {
    const target = nameOf(key)
    const tools = toolsOf(host, target, signal)
    const now = await lookAt(host, target)
    if (to === null) {
      const left = owned === null || now === null ? null : surplus(owned.spec, owned.before, now)
      if (left === 'mount') {
        const made = await madeFor(host, target)
        await tools.unmount()
        await clear(host, made)
      }
      if (left === 'flags' && now !== null && owned?.before != null)
        await tools.remount(now, formerWords(owned.before, now))
      if (left === null) await forget(host, target)
      return
    }
    if (to.broken !== null) throw new RosError('ROS_MOUNT_ENTRY', `mount ${target}: ${to.broken}`, 'never')
    if (now !== null && shows(to, now)) {
      const change = optionChange(to, now)
      if (change === null && now.given !== null) return note(host, target, to)
      if (change === null || (await remounted(host, tools, to, now, change))) return
    }
    // What it was mounted on stays what it is: containers may look at it.
    const made = await madeFor(host, target)
    if (now?.given != null) await tools.unmount()
    await tools.mount(to, made)
  }
}

/** Options of network filesystems may be passwords. */
function veiled(option: string): string {
  return option.replace(/^((?:pass|password|password2|cred|credentials)=).*/, '$1(secret)')
}

/** Changes options in place; false: the kernel can not, it has to be mounted anew. What is not ours is never mounted anew. */
async function remounted(
  host: Host,
  tools: ReturnType<typeof toolsOf>,
  spec: Spec<'mount'>,
  seen: Seen<'mount'>,
  change: OptionChange
): Promise<boolean> {
  if (!change.remount) return seen.given === null
  // First the note: a flag that it does not name is somebody else's.
  if (seen.given !== null) {
    const { given } = seen
    await note(host, tools.target, { ...given, options: [...new Set([...given.options, ...spec.options])] })
  }
  try {
    await tools.remount(seen, remountWords(spec, seen))
  } catch (thrown) {
    if (seen.given === null) throw thrown
    return false
  }
  if (seen.given !== null) await note(host, tools.target, spec)
  return true
}

async function lookAt(host: Host, target: string): Promise<Seen<'mount'> | null> {
  const all = await host.mounts.list()
  const entry = all.findLast((mounted) => mounted.target === target)
  return entry === undefined ? null : look(host, entry, all)
}

async function look(host: Host, entry: MountEntry, all: readonly MountEntry[]): Promise<Seen<'mount'>> {
  const noted = await readNote(host, entry.target)
  // A bind mount of a directory is not a mount of the device; of btrfs every subvolume has a root of its own.
  const whole = entry.root === '/' || entry.type === 'btrfs'
  const device = whole
    ? [entry.source, ...(entry.source.startsWith('/dev/') ? await host.mounts.names(entry.source) : [])]
    : []
  const seen: Seen<'mount'> = {
    id: entry.id,
    sources: [...device, ...otherPaths(entry, all)],
    type: entry.type,
    options: entry.options,
    superOptions: entry.superOptions,
    given: null
  }
  if (noted === null) return seen
  const begun = noted.mount === null && noted.over !== identity(entry) && shows({ ...noted.given, broken: null }, seen)
  return begun || noted.mount === identity(entry) ? { ...seen, given: noted.given } : seen
}

/** mount(8) and umount(8) for one target. */
function toolsOf(host: Host, target: string, signal: AbortSignal) {
  const run = async (argv: readonly string[], doing: string) => {
    const { code, stderr } = await host.runner.run(argv, { signal, check: false })
    if (code === 0) return
    // mount.nfs says everything once for each version it tries.
    const said = [...new Set(stderr.trim().split(/\s*\n\s*/))].join(' ')
    throw new RosError(
      'ROS_MOUNT',
      `${target} could not be ${doing}: ${said === '' ? `${argv[0]} ended with code ${code}` : said}`
    )
  }
  const remount = (seen: Seen<'mount'>, words: readonly string[]) => {
    const options = ['remount', ...(isView(seen) ? ['bind'] : []), ...words].join(',')
    // Without a source mount(8) would add the options of old to ours.
    return run(['mount', '-o', options, seen.sources[0] ?? 'none', target], 'remounted')
  }
  const unmount = async () => {
    const { code, stderr } = await host.runner.run(['umount', target], { signal, check: false })
    const said = stderr.trim().replace(/\s+/g, ' ')
    if (/busy/.test(said))
      throw new RosError('ROS_MOUNT', `${target} is busy: something works in it; it is unmounted once that has ended`)
    if (code !== 0) throw new RosError('ROS_MOUNT', `${target} could not be unmounted: ${said}`)
    await forget(host, target)
  }
  const mount = async (spec: Spec<'mount'>, before: readonly string[]) => {
    const source = await sourceOf(host, spec)
    const made = [...(await missing(host, target)), ...before]
    const { type, options } = spec
    const over = await topOf(host, target)
    await writeNote(host, target, {
      mount: null,
      over: over === undefined ? null : identity(over),
      given: { source: spec.source, type, options },
      made
    })
    await makePlace(host, spec, source, target)
    await run(mountArgv(spec, source, target), 'mounted').catch(async (thrown: unknown) => {
      await forget(host, target)
      await clear(host, made)
      throw thrown
    })
    const now = await lookAt(host, target)
    if (now === null) {
      await run(['umount', target], 'unmounted')
      const why = 'its target goes through a symbolic link; name the directory itself'
      throw new RosError('ROS_MOUNT_ENTRY', `mount ${target}: ${why}`, 'never')
    }
    // mount(8) before 2.39 leaves the flags of a new bind mount to a second call.
    if (spec.type === 'bind' && optionChange(spec, now) !== null) await remount(now, remountWords(spec, now))
    await note(host, target, spec)
  }
  return { target, mount, remount, unmount }
}

function mountArgv({ type, options }: Spec<'mount'>, source: string, target: string): readonly string[] {
  if (type === 'bind') {
    // With its flags in one: what containers see of a mount is a copy made at this moment, which no remount reaches.
    const words = [options.includes('rbind') ? 'rbind' : 'bind', ...options.filter((word) => word !== 'rbind')]
    return ['mount', '-o', words.join(','), source, target]
  }
  // mount.nfs would try for two minutes; trying again is the loop's.
  const patient = type.startsWith('nfs') && !options.some((word) => word.startsWith('retry='))
  const words = patient ? [...options, 'retry=0'] : options
  return [
    'mount',
    ...(type === 'auto' ? [] : ['-t', type]),
    ...(words.length === 0 ? [] : ['-o', words.join(',')]),
    source,
    target
  ]
}

/** What mount(8) is given: the device a label names, the source as it stands where it is no thing of this machine. */
async function sourceOf(host: Host, spec: Spec<'mount'>): Promise<string> {
  if (!isLocal(spec)) return spec.source
  const stands = spec.type !== 'bind' || (await host.files.stat(spec.source)) !== null
  const found = spec.type === 'bind' ? spec.source : await host.mounts.device(spec.source)
  if (found === null || !stands)
    throw new RosError('ROS_MOUNT_DEVICE', `${spec.source} is not there; it is mounted when it comes`)
  return found
}
