// Names of other machines: lines of `rancher.network.hosts` in /etc/hosts. Each carries a mark and is known by it; all other
// lines are somebody else's, the machine's own name for 127.0.1.1 among them (kind `hostname`).
import { EMPTY } from 'rxjs'
import { changeOf } from '../core/effect.ts'
import { asRosError, RosError } from '../core/errors.ts'
import { hostLine, listedHosts, withListedHosts } from '../core/hosts.ts'
import { editHosts, HOSTS } from '../core/hosts-file.ts'
import type { KindDef } from '../core/kind.ts'
import type { Key, Seen } from '../core/resource.ts'
import { writesFile } from '../core/write-files.ts'
import { adoptHosts } from './adopt/system.ts'

const KEY: Key<'hosts'> = 'hosts/machine'

export const hosts: KindDef<'hosts'> = {
  kind: 'hosts',
  resync: 60_000,
  writes: () => [HOSTS],

  *want({ data, from }) {
    const lines = Object.entries(data.rancher?.network?.hosts ?? {}).flatMap(([address, names]) =>
      names.length === 0 ? [] : [hostLine(address, names)]
    )
    if (lines.length === 0 || writesFile(data, HOSTS)) return
    yield { key: KEY, spec: { lines }, needs: [], from: from(['rancher', 'network', 'hosts']) }
  },

  judge(want, seen) {
    const [is, shall] = [seen?.lines ?? [], want?.spec.lines ?? []]
    if (is.join('\n') === shall.join('\n')) return null
    if (want === null) return { verb: 'delete', why: 'no longer wanted' }
    const [more, less] = [shall.filter((line) => !is.includes(line)), is.filter((line) => !shall.includes(line))]
    const changes = [...less.map((line) => `-${line}`), ...more.map((line) => `+${line}`)].join(', ')
    return { verb: is.length === 0 ? 'create' : 'update', why: changes === '' ? 'in another order' : changes }
  },

  fields: ({ from, to }) => changeOf('lines', from?.lines ?? null, to?.lines ?? null),

  claims: (key, { lines }) => (lines.length === 0 ? null : { key, spec: { lines }, before: null, needs: [] }),

  adopt: adoptHosts,

  // Nothing tells of a change made by hand; the resync finds it.
  watch: () => EMPTY,

  async observe(host) {
    const lines = listedHosts((await host.files.read(HOSTS)) ?? '')
    return new Map<Key<'hosts'>, Seen<'hosts'>>(lines.length === 0 ? [] : [[KEY, { lines }]])
  },

  async act(host, { to }) {
    try {
      await editHosts(host, (text) => withListedHosts(text, to?.lines ?? []))
    } catch (thrown) {
      throw new RosError('ROS_HOSTS', `${HOSTS} could not be written: ${asRosError(thrown).message}`, 'soon', thrown)
    }
  }
}
