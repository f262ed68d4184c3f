// The host name: the kernel's, /etc/hostname, and the machine's own line in /etc/hosts. Both files are bind-mounted into
// containers, so they are written in place: a new inode would be seen by none of them.
import { EMPTY } from 'rxjs'
import { asRosError, RosError } from '../core/errors.ts'
import { changeOf } from '../core/effect.ts'
import { namesOf, ownNames, withOwnNames } from '../core/hosts.ts'
import { editHosts, HOSTS } from '../core/hosts-file.ts'
import type { Desired, KindDef } from '../core/kind.ts'
import { leased } from '../core/leased.ts'
import type { Key, Seen } from '../core/resource.ts'
import { writesFile } from '../core/write-files.ts'
import type { Host } from '../host/ports.ts'
import { adoptHostname } from './adopt/system.ts'

const KERNEL = '/proc/sys/kernel/hostname'
const FILE = '/etc/hostname'
const KEY: Key<'hostname'> = 'hostname/machine'

export const hostname: KindDef<'hostname'> = {
  kind: 'hostname',
  resync: 60_000,
  finishes: true,
  writes: () => [FILE, HOSTS],

  *want(desired) {
    const { data } = desired
    const named = nameIn(desired)
    if (named === null) return
    yield {
      key: KEY,
      spec: { name: named.name, file: !writesFile(data, FILE), hosts: !writesFile(data, HOSTS) },
      needs: [],
      from: desired.from(named.path)
    }
  },

  judge(want, seen, owned) {
    if (want === null) {
      const before = owned?.before ?? null
      if (before === null || seen === null) return null
      const same = seen.name === before.name && seen.file === before.file && seen.hosts === before.hosts
      return same ? null : { verb: 'delete', why: `no longer wanted: ${seen.name} -> ${before.name}` }
    }
    const { name, file, hosts } = want.spec
    if (seen === null || seen.name !== name) return { verb: 'update', why: `${seen?.name ?? 'none'} -> ${name}` }
    if (file && seen.file !== name) return { verb: 'update', why: `${FILE} says ${seen.file ?? 'nothing'}` }
    if (hosts && seen.hosts !== namesOf(name))
      return { verb: 'update', why: `${HOSTS} has ${seen.hosts ?? 'no name'} for 127.0.1.1` }
    return null
  },

  fields: ({ from, to, owned }) => {
    const before = owned?.before ?? null
    return [
      ...changeOf('name', from?.name, to?.name ?? before?.name),
      ...(to?.file === false ? [] : changeOf(FILE, from?.file, to?.name ?? before?.file)),
      ...(to?.hosts === false ? [] : changeOf(HOSTS, from?.hosts, to === null ? before?.hosts : namesOf(to.name)))
    ]
  },

  adopt: adoptHostname,

  watch: () => EMPTY,

  async observe(host, keys) {
    if (!keys.includes(KEY)) return new Map()
    const name = (await host.files.read(KERNEL)) ?? ''
    const file = await host.files.read(FILE)
    const hosts = await host.files.read(HOSTS)
    const seen: Seen<'hostname'> = {
      name: name.trim(),
      file: file?.trim() ?? null,
      hosts: hosts === null ? null : ownNames(hosts)
    }
    return new Map([[KEY, seen]])
  },

  async act(host, { to, owned }) {
    const before = owned?.before ?? null
    if (to === null && before === null) return
    const name = to?.name ?? before?.name ?? ''
    try {
      await host.files.writeInPlace(KERNEL, name)
      if (to?.file !== false)
        await write(host, FILE, to === null ? (before?.file ?? null) : name, (text) => `${text}\n`)
      if (to?.hosts !== false) {
        const names = to === null ? (before?.hosts ?? null) : namesOf(name)
        await editHosts(host, (text) => withOwnNames(text, names))
      }
    } catch (thrown) {
      const { message } = asRosError(thrown)
      throw new RosError('ROS_HOSTNAME', `the host name ${name} could not be set: ${message}`, 'soon', thrown)
    }
  }
}

/** The document's name, else the first that a DHCP server gives, else the image's; null: nobody names the machine. */
function nameIn(desired: Desired): { readonly name: string; readonly path: readonly string[] } | null {
  const { hostname: own = '', rancher } = desired.data
  if (own !== '') return { name: own, path: ['hostname'] }
  for (const { words, use, path } of leased(desired)) {
    if (use.hostname !== false && words.hostname) return { name: words.hostname, path: [...path, 'hostname'] }
  }
  const last = rancher?.defaults?.hostname ?? ''
  return last === '' ? null : { name: last, path: ['rancher', 'defaults', 'hostname'] }
}

async function write(host: Host, path: string, text: string | null, line: (text: string) => string): Promise<void> {
  if (text === null) await host.files.remove(path)
  else await host.files.writeInPlace(path, line(text))
}
