// The keys that may log in: each user's authorized_keys holds exactly the document's.
import { EMPTY } from 'rxjs'
import { changeOf } from '../core/effect.ts'
import { asRosError, RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { needsMount } from '../core/mounts.ts'
import { type Key, nameOf, type Owned, type Seen } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'
import { adoptSshKeys } from './adopt/system.ts'

/** The image's users who may log in over ssh (uid and gid alike). */
const USERS = [
  { name: 'rancher', id: 1100 },
  { name: 'docker', id: 1101 }
] as const

export const sshKey: KindDef<'ssh-key'> = {
  kind: 'ssh-key',
  resync: 60_000,
  // The homes survive a reboot, and so does what we wrote there.
  lasting: true,
  writes: (key) => [fileOf(key)],

  *want({ data, from }) {
    if (data.ssh_authorized_keys === undefined) return
    const keys = linesOf(data.ssh_authorized_keys.join('\n'))
    for (const { name, id } of USERS) {
      const home = `/home/${name}`
      const spec = { keys, home, uid: id, gid: id }
      yield { key: `ssh-key/${name}`, spec, needs: needsMount(data, home), from: from(['ssh_authorized_keys']) }
    }
  },

  judge(want, seen, owned) {
    if (want === null) {
      if (seen === null || owned === null) return null
      const rest = remainder(owned)
      return rest !== null && same(rest, seen.keys) ? null : { verb: 'delete', why: 'no longer wanted' }
    }
    const { keys, uid, gid } = want.spec
    if (seen === null) return { verb: 'create', why: count(keys.length) }
    const come = keys.filter((key) => !seen.keys.includes(key)).length
    const gone = seen.keys.filter((key) => !keys.includes(key)).length
    if (come + gone > 0) return { verb: 'update', why: `${come} new, ${gone} to go, of ${count(keys.length)}` }
    if (!same(keys, seen.keys)) return { verb: 'update', why: 'in another order' }
    if (seen.uid !== uid || seen.gid !== gid)
      return { verb: 'update', why: `owner ${seen.uid}:${seen.gid} -> ${uid}:${gid}` }
    return seen.mode === 0o600 ? null : { verb: 'update', why: `mode 0${seen.mode.toString(8)} -> 0600` }
  },

  show: ({ keys }) => ({ keys: keys.map(shortened) }),

  fields: ({ from, to, owned }) => {
    const next = to?.keys ?? (owned === null ? null : remainder(owned))
    return changeOf('keys', from?.keys.map(shortened), next?.map(shortened))
  },

  adopt: adoptSshKeys,

  watch: () => EMPTY,

  async observe(host, keys) {
    const seen = new Map<Key<'ssh-key'>, Seen<'ssh-key'>>()
    const lookAt = async (key: Key<'ssh-key'>) => {
      const path = fileOf(key)
      const [text, stat] = await Promise.all([host.files.read(path), host.files.stat(path)])
      if (text === null || stat === null) return
      seen.set(key, { keys: linesOf(text), mode: stat.mode, uid: stat.uid, gid: stat.gid })
    }
    await Promise.all(keys.map(lookAt))
    return seen
  },

  async act(host, { key, to, owned }) {
    const spec = to ?? owned?.spec
    if (spec === undefined) return
    const path = `${spec.home}/.ssh/authorized_keys`
    try {
      const keys = to?.keys ?? (owned === null ? null : remainder(owned))
      if (keys === null) return await host.files.remove(path)
      for (const directory of [spec.home, `${spec.home}/.ssh`])
        await ensureDirectory(host, directory, spec.uid, spec.gid)
      const text = keys.map((line) => `${line}\n`).join('')
      const { mode, uid, gid } = (to === null ? owned?.before : null) ?? { ...spec, mode: 0o600 }
      await host.files.writeAtomic(path, text, { mode, uid, gid })
    } catch (thrown) {
      throw new RosError(
        'ROS_FILE_WRITE',
        `the ssh keys of ${nameOf(key)} could not be written: ${asRosError(thrown).message}`,
        'soon',
        thrown
      )
    }
  }
}

/** sshd follows no keys in a directory that somebody else may write to. */
async function ensureDirectory(host: Host, path: string, uid: number, gid: number): Promise<void> {
  const mode = path.endsWith('/.ssh') ? 0o700 : 0o755
  const stat = await host.files.stat(path)
  if (stat === null) await host.files.makeDirectory(path, mode)
  if (stat === null || stat.uid !== uid || stat.gid !== gid) await host.files.chown(path, uid, gid)
  if (stat !== null && mode === 0o700 && stat.mode !== mode) await host.files.chmod(path, mode)
}

/** One key a line, in order, each once; comments and empty lines left out. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))]
}

/**
 * What stays when the document names no keys any more: those others had put there, without those it named (a key taken out
 * of the document opens nothing). null: there was no file.
 */
function remainder({ spec, next, before }: Owned<'ssh-key'>): readonly string[] | null {
  const named = [...spec.keys, ...(next?.keys ?? [])]
  return before === null ? null : before.keys.filter((key) => !named.includes(key))
}

function fileOf(key: Key<'ssh-key'>): string {
  return `/home/${nameOf(key)}/.ssh/authorized_keys`
}

function shortened(key: string): string {
  return key.length <= 60 ? key : `${key.slice(0, 28)}…${key.slice(-28)}`
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index])
}

function count(keys: number): string {
  return keys === 1 ? '1 key' : `${keys} keys`
}
