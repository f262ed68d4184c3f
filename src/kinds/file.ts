// Files: the document's write_files, and those the machine's own parts are set up by (core/system-files.ts). They are the
// document's: one changed by hand is put right again. One that somebody else wrote after us is not ours to take away.
import { filter, map } from 'rxjs'
import { numberOf, type Names, parseNames } from '../core/accounts.ts'
import { RAN } from '../core/container-marks.ts'
import { changeOf } from '../core/effect.ts'
import { asRosError, RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { lasts } from '../core/lasting-paths.ts'
import { needsMount } from '../core/mounts.ts'
import { type Key, nameOf, type Owned, type Seen, type Spec, type Want } from '../core/resource.ts'
import { registryFiles } from '../core/registry-files.ts'
import { systemDaemon } from '../core/system-daemon.ts'
import { systemFiles } from '../core/system-files.ts'
import { timeServers } from '../core/time-servers.ts'
import { sha256, wantedFile } from '../core/write-files.ts'
import type { Host } from '../host/ports.ts'
import { adoptFile } from './adopt/system.ts'

/** Bytes of a file that stood there before which are kept for putting it back. */
const KEPT = 256 * 1024
/** Milliseconds. */
const TELL_LIMIT = 500

export const file: KindDef<'file'> = {
  kind: 'file',
  resync: 300_000,
  width: 8,
  finishes: true,
  lasting: (key) => placeOf(key).container === null && lasts(placeOf(key).path),

  *want(desired) {
    const { data, from } = desired
    const wants = new Map<Key, Want<'file'>>()
    for (const { path, spec, from: place } of [...systemFiles(data), ...registryFiles(data), ...timeServers(desired)]) {
      wants.set(`file/${path}`, { key: `file/${path}`, spec, needs: needsMount(data, path), from: from(place) })
    }
    // The user's own word on one of those files counts.
    for (const [index, entry] of (data.write_files ?? []).entries()) {
      const { key, path, spec } = wantedFile(entry)
      const needs: readonly Key[] =
        spec.container === null ? needsMount(data, path) : [`container/system/${spec.container}`]
      wants.set(key, { key, spec, needs, from: from(['write_files', index]) })
    }
    yield* wants.values()
  },

  judge(want, seen, owned) {
    if (want === null) {
      if (seen === null || owned === null || !wrote(owned, seen.sha256)) return null
      const { before } = owned
      if (before === null) return { verb: 'delete', why: 'no longer wanted' }
      if (sameFile(before, seen)) return null
      const lost = before.content === null && before.sha256 !== seen.sha256
      return {
        verb: 'delete',
        why: lost
          ? 'no longer wanted; what stood there before was too large to keep, so it stays'
          : 'no longer wanted: as before'
      }
    }
    const { spec } = want
    if (spec.broken !== null) return { verb: seen === null ? 'create' : 'update', why: spec.broken }
    if (seen === null) return { verb: 'create', why: 'not there' }
    if (seen.sha256 !== spec.sha256)
      return { verb: 'update', why: seen.sha256 === '' ? 'no plain file' : 'another content' }
    if (seen.mode !== spec.mode) return { verb: 'update', why: `mode ${octal(seen.mode)} -> ${octal(spec.mode)}` }
    const owner = `owner ${seen.uid}:${seen.gid} -> ${spec.user}:${spec.group}`
    return isNamed(spec.user, seen.uid, seen.users) && isNamed(spec.group, seen.gid, seen.groups)
      ? null
      : { verb: 'update', why: owner }
  },

  show: ({ sha256, mode, uid, gid }) => ({ sha256, mode: octal(mode), owner: `${uid}:${gid}` }),

  disturbs: ({ to, owned }) => {
    const tell = (to ?? owned?.spec)?.tell ?? null
    if (tell === null) return { is: 'nothing', what: '' }
    if (tell.by === 'restart') return { is: 'interrupt', what: `${tell.container} starts again` }
    return { is: 'restart', what: `${tell.container ?? 'System Docker'} reads its settings again` }
  },

  irreversible: ({ from, owned }) => {
    const before = owned === null ? from : owned.before
    return before !== null && before.content === null ? 'what stood there before is too large to be kept' : null
  },

  fields: ({ from, to, owned }) => {
    const before = to === null ? (owned?.before ?? null) : null
    const owner = (seen: typeof from) => (seen === null ? undefined : `${seen.uid}:${seen.gid}`)
    const same =
      to !== null && from !== null && isNamed(to.user, from.uid, from.users) && isNamed(to.group, from.gid, from.groups)
    return [
      ...changeOf('sha256', from?.sha256, to?.sha256 ?? before?.sha256),
      ...changeOf('mode', octal(from?.mode), octal((to ?? before)?.mode)),
      ...(same ? [] : changeOf('owner', owner(from), to === null ? owner(before) : `${to.user}:${to.group}`))
    ]
  },

  adopt: adoptFile,

  // A container made anew has none of the files that were written into the old one.
  watch: (host) =>
    host.docker.system.events().pipe(
      filter(({ type, action }) => type === 'container' && (action === 'start' || action === 'rename')),
      map(() => undefined)
    ),

  async observe(host, keys) {
    const seen = new Map<Key<'file'>, Seen<'file'>>()
    const machine = keys.length === 0 ? null : await accountsOf(host, null)
    for (const key of keys) {
      const { container } = placeOf(key)
      const found = await look(host, key)
      if (found === null) continue
      const accounts = container === null || machine === null ? machine : await accountsOf(host, container)
      const { bytes, mode, uid, gid } = found
      seen.set(key, {
        sha256: bytes === null ? '' : sha256(bytes),
        mode,
        uid,
        gid,
        users: accounts?.users.get(uid) ?? [],
        groups: accounts?.groups.get(gid) ?? [],
        content: bytes === null || bytes.length > KEPT ? null : bytes.toString('base64')
      })
    }
    return seen
  },

  writes: (key) => (placeOf(key).container === null ? [placeOf(key).path] : []),

  async act(host, { key, from, to, owned }) {
    const { path } = placeOf(key)
    const spec = to ?? owned?.spec
    if (spec === undefined) return
    if (to?.broken != null) throw new RosError('ROS_FILE_ENTRY', `file ${path}: ${to.broken}`, 'never')
    await canTell(host, path, spec.tell)
    try {
      if (to === null) {
        const found = await look(host, key)
        if (owned !== null && found !== null && found.bytes !== null && wrote(owned, sha256(found.bytes)))
          await giveBack(host, key, owned.before)
      } else {
        const attributes = { mode: to.mode, ...(await ownerOf(host, path, to)) }
        if (!stands(await look(host, key), to.sha256, attributes)) await put(host, key, to.bytes(), attributes)
        // Done before, and its reader told: a service is not started anew for nothing. Where the plan found nothing else to do,
        // its reader was not told.
        else if (from?.sha256 !== to.sha256 || !sameAttributes(from, attributes)) return
      }
    } catch (thrown) {
      if (thrown instanceof RosError) throw thrown
      throw new RosError(
        'ROS_FILE_WRITE',
        `file ${path} could not be written: ${asRosError(thrown).message}`,
        'soon',
        thrown
      )
    }
    await tell(host, key, spec.tell)
  }
}

interface Found {
  /** null: no plain file. */
  readonly bytes: Buffer | null
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

interface Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** `file//etc/motd` is the machine's own, `file/ntp:/etc/ntp.conf` a container's. */
function placeOf(key: Key<'file'>): { readonly container: string | null; readonly path: string } {
  const name = nameOf(key)
  const colon = name.indexOf(':')
  if (name.startsWith('/') || colon === -1) return { container: null, path: name }
  return { container: name.slice(0, colon), path: name.slice(colon + 1) }
}

async function look(host: Host, key: Key<'file'>): Promise<Found | null> {
  const { container, path } = placeOf(key)
  return container === null ? lookHere(host, path) : lookInside(host, container, path)
}

function stands(found: Found | null, sum: string, { mode, uid, gid }: Attributes): boolean {
  if (found === null || found.bytes === null) return false
  return sameAttributes(found, { mode, uid, gid }) && sha256(found.bytes) === sum
}

async function lookHere(host: Host, path: string): Promise<Found | null> {
  const stat = await host.files.stat(path)
  if (stat === null) return null
  const bytes = stat.kind === 'file' ? await host.files.readBytes(path) : null
  return { bytes, mode: stat.mode, uid: stat.uid, gid: stat.gid }
}

/** A container that is not there, or an engine that does not answer, has no files; what it needs says so. */
async function lookInside(host: Host, container: string, path: string): Promise<Found | null> {
  const docker = host.docker.system
  if ((await docker.ping()) === null) return null
  const found = await docker.container(container)
  return found === null ? null : docker.readFile(found.id, path)
}

async function accountsOf(
  host: Host,
  container: string | null
): Promise<{ readonly users: Names; readonly groups: Names }> {
  const read = async (path: string) => {
    const inside = container === null ? null : await lookInside(host, container, path)
    return parseNames(inside?.bytes?.toString() ?? (await host.files.read(path)) ?? '')
  }
  return { users: await read('/etc/passwd'), groups: await read('/etc/group') }
}

async function ownerOf(
  host: Host,
  path: string,
  spec: Spec<'file'>
): Promise<{ readonly uid: number; readonly gid: number }> {
  const { users, groups } = await accountsOf(host, spec.container)
  const uid = numberOf(users, spec.user)
  const gid = numberOf(groups, spec.group)
  if (uid !== null && gid !== null) return { uid, gid }
  const what = uid === null ? `user '${spec.user}'; /etc/passwd has none` : `group '${spec.group}'; /etc/group has none`
  throw new RosError('ROS_FILE_WRITE', `file ${path} is to belong to ${what}: use a name that is there, or a number`)
}

async function put(host: Host, key: Key<'file'>, bytes: Buffer, attributes: Attributes): Promise<void> {
  const { container, path } = placeOf(key)
  if (container === null) return host.files.writeAtomic(path, bytes, attributes)
  const found = await host.docker.system.container(container)
  if (found === null) throw new RosError('ROS_FILE_WRITE', `file ${path}: there is no container ${container}`)
  await host.docker.system.writeFile(found.id, path, bytes, attributes)
}

async function giveBack(host: Host, key: Key<'file'>, before: Seen<'file'> | null): Promise<void> {
  const { container, path } = placeOf(key)
  if (before !== null) {
    if (before.content !== null) return put(host, key, Buffer.from(before.content, 'base64'), before)
    host.log('warn', { key }, 'the file stays: what stood there before was too large to keep')
  } else if (container === null) {
    await host.files.remove(path)
  } else {
    const found = await host.docker.system.container(container)
    if (found?.state === 'running') await host.docker.system.exec(found.id, ['rm', '-f', path])
  }
}

/**
 * While its engine is away nobody can be told, and a container that runs on would never hear of the file: then it is not written
 * either, and tried again. Before the first container of a boot there is nobody to tell.
 */
async function canTell(host: Host, path: string, audience: Spec<'file'>['tell']): Promise<void> {
  if (audience === null || audience.container === null || (await host.docker.system.ping()) !== null) return
  if ((await host.files.list(RAN)).length === 0) return
  const why = `System Docker does not answer, so that ${audience.container}, which reads it, can not be told`
  throw new RosError('ROS_FILE_WRITE', `file ${path} is not written yet: ${why}`)
}

/**
 * Has the service that reads the file read it again. One that is not running reads it when it starts. A signal is waited for
 * only so long: an engine that is just starting takes its time to say that nothing runs yet. An engine that gets one while it
 * starts ends by it, and the next start reads the file.
 */
async function tell(host: Host, key: Key<'file'>, audience: Spec<'file'>['tell']): Promise<void> {
  if (audience === null) return
  if (audience.container === null) {
    const daemon = await systemDaemon(host)
    if (daemon !== null) await host.runner.run(['kill', '-HUP', String(daemon.pid)], { check: false })
    return
  }
  const docker = host.docker.system
  const { container } = audience
  const running = async () => {
    const found = (await docker.ping()) === null ? null : await docker.container(container)
    return found?.state === 'running' ? found.id : null
  }
  if (audience.by === 'restart') {
    const id = await running()
    if (id !== null) await docker.restart(id, 10)
    return
  }
  const told = running()
    .then((id) => (id === null ? undefined : docker.kill(id, 'SIGHUP')))
    .catch((thrown: unknown) => {
      const error = asRosError(thrown).message
      host.log('warn', { key, container, error }, 'the reader of a changed file could not be told')
    })
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, TELL_LIMIT).unref())])
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid
}

/** Whether a content is one that we gave the file. */
function wrote({ spec, next }: Owned<'file'>, sum: string): boolean {
  return sum === spec.sha256 || sum === next?.sha256
}

function sameFile(a: Seen<'file'>, b: Seen<'file'>): boolean {
  return a.sha256 === b.sha256 && sameAttributes(a, b)
}

/** A number in the document is itself; a name is right when it is one of the number's names. */
function isNamed(wanted: string, id: number, names: readonly string[]): boolean {
  return /^\d+$/.test(wanted) ? Number(wanted) === id : names.includes(wanted)
}

function octal(mode: number | undefined): string {
  return mode === undefined ? '' : `0${mode.toString(8)}`
}
