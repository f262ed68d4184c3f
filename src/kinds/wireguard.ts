// Keys and peers of WireGuard links, through wg(8). Keys go by standard input and are never kept: what is compared are digests. Where a
// peer is changes by itself when it moves, so that alone is no drift.
import { createHash } from 'node:crypto'
import { EMPTY } from 'rxjs'
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { declaredLinks } from '../core/made-links.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import type { NetworkInterface } from '../document/types.gen.ts'

type Settings = NonNullable<NetworkInterface['wireguard']>

export const wireguard: KindDef<'wireguard'> = {
  kind: 'wireguard',
  resync: 60_000,
  width: 4,
  deadline: 30_000,

  *want(desired) {
    for (const { name, entry, path } of declaredLinks(desired)) {
      const { wireguard: settings } = entry
      if (settings?.private_key === undefined) continue
      const text = configOf(settings)
      yield {
        key: `wireguard/${name}`,
        spec: {
          digest: digest(text),
          port: settings.listen_port !== undefined,
          endpoints: digest(endpointsOf(settings)),
          peers: settings.peers?.length ?? 0,
          config: () => text
        },
        needs: [`link/${name}`],
        from: desired.from([...path, 'wireguard'])
      }
    }
  },

  judge(want, seen, owned) {
    // It goes with its link.
    if (want === null || seen === null) return null
    const { digest: shall, port, endpoints, peers } = want.spec
    if (seen.peers !== peers) return { verb: 'update', why: `${count(seen.peers)} -> ${count(peers)}` }
    if ((port ? seen.digest : seen.anyPort) !== shall) return { verb: 'update', why: 'keys or peers are others' }
    const gave = owned?.spec.endpoints
    return gave === undefined || gave === endpoints ? null : { verb: 'update', why: 'peers are elsewhere' }
  },

  ready: ({ key }, seen) => (seen === null ? `${nameOf(key)} is no WireGuard link` : true),

  show: ({ peers }) => ({ peers }),

  fields: ({ from, to }) => changeOf('peers', from?.peers, to?.peers),

  watch: () => EMPTY,

  async observe(host, keys) {
    const seen = new Map<Key<'wireguard'>, Seen<'wireguard'>>()
    await Promise.all(
      keys.map(async (key) => {
        const { code, stdout } = await host.runner.run(['wg', 'showconf', nameOf(key)], {
          check: false,
          timeoutMs: 10_000
        })
        if (code !== 0) return
        const peers = stdout.match(/^\[Peer\]$/gm)?.length ?? 0
        const anyPort = digest(stdout.replace(/^ListenPort.*$/m, ''))
        seen.set(key, { digest: digest(stdout), anyPort, peers })
      })
    )
    return seen
  },

  async act(host, { key, to }) {
    if (to === null) return
    const argv = ['wg', 'syncconf', nameOf(key), '/dev/stdin']
    const { code, stderr } = await host.runner.run(argv, { input: to.config(), check: false, timeoutMs: 20_000 })
    if (code === 0) return
    // It repeats lines it does not understand, and those may be keys.
    const words = stderr.split('\n').find((line) => line.trim() !== '' && !/Key/.test(line)) ?? ''
    throw new RosError(
      'ROS_WIREGUARD',
      `WireGuard link ${nameOf(key)}: ${words.trim() || `wg ended with exit code ${code}`}`
    )
  }
}

/** As no key: what is left out of a configuration stays as it is. */
const NO_KEY = `${'A'.repeat(43)}=`

function configOf({ private_key: key, listen_port: port, fwmark = 0, peers = [] }: Settings): string {
  const lines = (entries: Readonly<Record<string, string | number | undefined>>) =>
    Object.entries(entries).flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${value}`]))
  const others = peers.flatMap((peer) => [
    '',
    '[Peer]',
    ...lines({
      PublicKey: peer.public_key,
      PresharedKey: peer.preshared_key ?? NO_KEY,
      AllowedIPs: (peer.allowed_ips ?? []).join(', '),
      Endpoint: peer.endpoint,
      PersistentKeepalive: peer.persistent_keepalive ?? 0
    })
  ])
  const own = lines({ PrivateKey: key, ListenPort: port, FwMark: `0x${fwmark.toString(16)}` })
  return ['[Interface]', ...own, ...others, ''].join('\n')
}

function endpointsOf({ peers = [] }: Settings): string {
  return peers.map((peer) => `${peer.public_key} ${peer.endpoint ?? ''}`).join('\n')
}

/** Of what a configuration says, however it is written: without where peers are, and without a port the kernel chose. */
export function digest(config: string): string {
  return createHash('sha256').update(canonical(config).join('\n')).digest('hex')
}

function canonical(config: string): readonly string[] {
  const blocks = config.split(/^(?=\[)/m).map((block) => {
    const lines = block.split('\n').flatMap((line) => {
      const [name = '', value = ''] = line.split(/\s*=\s*(.*)/s).map((part) => part.trim())
      if (name === '' || name === 'Endpoint' || ['', '0', '0x0', NO_KEY].includes(value)) return []
      const list = value.split(',').map((one) => withLength(one.trim()))
      return [`${name} ${name === 'AllowedIPs' ? list.sort().join(',') : value}`]
    })
    return lines.sort().join('\n')
  })
  return blocks.filter((block) => block !== '').sort()
}

function withLength(address: string): string {
  if (address === '' || address.includes('/')) return address
  return `${address}/${address.includes(':') ? 128 : 32}`
}

function count(peers: number): string {
  return peers === 1 ? '1 peer' : `${peers} peers`
}
