// Which VLANs a port of a bridge carries, where its bridge filters by them. bridge(8) asks and tells the kernel; each port is changed by
// itself, VLAN by VLAN, so that nothing else on the bridge notices.
import { allPortVlans, type PortVlans, showVlans, vlanChanges } from '../core/bridge-vlans.ts'
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { declaredLinks } from '../core/made-links.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'

export const bridgeVlan: KindDef<'bridge-vlan'> = {
  kind: 'bridge-vlan',
  resync: 60_000,
  width: 8,
  deadline: 30_000,

  *want(desired) {
    for (const { name, entry, path } of declaredLinks(desired)) {
      const vlans = entry.bridge_port?.vlans
      if (vlans === undefined) continue
      yield {
        key: `bridge-vlan/${name}`,
        spec: { vlans: allPortVlans(vlans) },
        needs: [`link/${name}`],
        from: desired.from([...path, 'bridge_port', 'vlans'])
      }
    }
  },

  judge(want, seen, owned) {
    const goal = want?.spec.vlans ?? owned?.before?.vlans ?? null
    if (seen === null || goal === null || vlanChanges('', seen.vlans, goal).length === 0) return null
    const why = `${showVlans(seen.vlans)} -> ${showVlans(goal)}`
    return want === null ? { verb: 'delete', why: `no longer wanted: ${why}` } : { verb: 'update', why }
  },

  ready: ({ key }, seen) => (seen === null ? `${nameOf(key)} is no port of a bridge that filters VLANs` : true),

  show: ({ vlans }) => ({ vlans: showVlans(vlans) }),

  fields: ({ from, to, owned }) =>
    changeOf(
      'vlans',
      from === null ? undefined : showVlans(from.vlans),
      showVlans(to?.vlans ?? owned?.before?.vlans ?? {})
    ),

  watch: (host) => host.kernel.network,

  async observe(host, keys) {
    if (keys.length === 0) return new Map()
    const argv = ['bridge', '-json', 'vlan', 'show']
    const [{ links }, { code, stdout }] = await Promise.all([
      host.network.look(),
      host.runner.run(argv, { check: false, timeoutMs: 10_000 })
    ])
    const told = code === 0 && stdout.trim() !== '' ? (JSON.parse(stdout) as readonly PortJson[]) : [] // its format is fixed
    const vlans = new Map(told.map((port) => [port.ifname, read(port.vlans)]))
    const seen = new Map<Key<'bridge-vlan'>, Seen<'bridge-vlan'>>()
    // A port without any is not listed.
    for (const { name, port, kind } of links)
      if (keys.includes(`bridge-vlan/${name}`) && (port !== null || kind === 'bridge'))
        seen.set(`bridge-vlan/${name}`, { vlans: vlans.get(name) ?? {}, self: kind === 'bridge' })
    return seen
  },

  async act(host, { key, from, to, owned }) {
    const goal = to?.vlans ?? owned?.before?.vlans
    if (goal === undefined || from === null) return
    const lines = vlanChanges(nameOf(key), from.vlans, goal, from.self)
    await tell(host, nameOf(key), lines)
  }
}

interface PortJson {
  readonly ifname: string
  readonly vlans: readonly { readonly vlan: number; readonly vlanEnd?: number; readonly flags?: readonly string[] }[]
}

function read(vlans: PortJson['vlans']): PortVlans {
  return Object.fromEntries(
    vlans.flatMap(({ vlan, vlanEnd = vlan, flags = [] }) => {
      const how = { pvid: flags.includes('PVID'), untagged: flags.includes('Egress Untagged') }
      return Array.from({ length: vlanEnd - vlan + 1 }, (_, at) => [String(vlan + at), how] as const)
    })
  )
}

async function tell(host: Host, name: string, lines: readonly (readonly string[])[]): Promise<void> {
  const input = lines.map((words) => `vlan ${words.join(' ')}\n`).join('')
  const { code, stdout, stderr } = await host.runner.run(['bridge', '-batch', '-'], {
    input,
    check: false,
    timeoutMs: 20_000
  })
  if (code === 0) return
  const words = (stderr || stdout).trim().replaceAll('\n', '; ')
  throw new RosError('ROS_BRIDGE_VLAN', `VLANs of port ${name}: ${words || `exit code ${code}`}`)
}
