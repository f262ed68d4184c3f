// Accepted <=> consumed: whatever the schema lets a person set changes what the machine is told to be, or draws a warning.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { registryAuth } from '../../src/agent/registry-auth.ts'
import { agentSettings } from '../../src/core/agent-settings.ts'
import type { Desired, LinkFact } from '../../src/core/kind.ts'
import { buildDocument } from '../../src/document/build.ts'
import type { Document } from '../../src/document/document.ts'
import { repositoriesOf } from '../../src/document/included.ts'
import type { Layer } from '../../src/document/layers.ts'
import type { Schema } from '../../src/document/generate/schema.ts'
import { showPath } from '../../src/document/path.ts'
import { type Path, spot } from '../../src/document/shape.ts'
import { overlay, type Value, withValue } from '../../src/document/value.ts'
import { kinds } from '../../src/kinds/index.ts'
import { layer } from './support.ts'

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../schemas/cloud-config.schema.json', import.meta.url), 'utf8')
)

/** Names people choose, where a key of the schema holds a map of them. */
const CHOSEN: Readonly<Record<string, string>> = {
  'rancher.network.interfaces': 'eth0',
  'rancher.network.interfaces.eth0.prefix_delegation.to': 'lan0',
  'rancher.network.leases': 'eth0',
  'rancher.network.wifi_networks': 'home',
  'rancher.network.modem_networks': 'wwan0',
  'rancher.drift': 'sysctl',
  'rancher.services': 'web',
  'rancher.logging': 'central',
  'rancher.services.web.depends_on': 'db',
  'rancher.registry_auths': 'registry.example.org',
  'rancher.ssh.keys': 'ed25519',
  'rancher.sysctl': 'vm.swappiness'
}

interface LeafOf {
  readonly path: Path
  readonly schema: Schema
}

function resolved(one: Schema): Schema {
  return one.$ref === undefined ? one : { ...schema.$defs?.[one.$ref.replace('#/$defs/', '')], ...one }
}

/** Every key that holds a value, below maps and lists as well. */
function* leaves(given: Schema, path: Path): Generator<LeafOf> {
  const one = resolved(given)
  const inner = one.additionalProperties
  if (one.properties !== undefined) {
    for (const [key, child] of Object.entries(one.properties)) yield* leaves(child, [...path, key])
    return
  }
  const rest = typeof inner === 'object' ? resolved(inner) : undefined
  if (rest?.properties !== undefined) {
    yield* leaves(rest, [...path, CHOSEN[path.join('.')] ?? 'web'])
    return
  }
  const items = one.items === undefined ? undefined : resolved(one.items)
  if (items?.properties !== undefined) yield* leaves(items, [...path, 0])
  else yield { path, schema: one }
}

/** What examples leave out (`…`) written out: the shortest there can be. */
function whole(example: unknown): Value {
  const text = JSON.stringify(example)
    .replaceAll(/-----BEGIN ([A-Z ]+)-----\\n…/g, '-----BEGIN $1-----\\nMAA=\\n-----END $1-----\\n')
    .replaceAll('AAAA…', 'AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f')
  return JSON.parse(text) as Value // examples of the schema are plain values
}

/** What a leaf is set to: its example and, for true and false, both of them. */
function samples({ schema: one }: LeafOf): readonly Value[] {
  const examples = (one.examples ?? []).map(whole)
  return one.type === 'boolean' ? [true, false] : one.enum === undefined ? examples : [...examples, ...one.enum]
}

/** A key of a part that several share, and that is refused in this place. */
const REFUSED = /^rancher\.network\.firewall\.input\.rules\.0\.out$/

function pem(label: string): string {
  return `-----BEGIN ${label}-----\nMAE=\n-----END ${label}-----\n`
}

/** What must be there for a key to mean something. */
const AROUND: readonly (readonly [RegExp, Value])[] = [
  [/^rancher\.network\.interfaces\./, { rancher: { network: { interfaces: { eth0: {} } } } }],
  [
    /^rancher\.services\.|^rancher\.environment/,
    {
      rancher: {
        services: {
          web: { image: 'busybox', environment: ['HTTPS_PROXY'], depends_on: ['db'] },
          db: { image: 'busybox' },
          backend: { image: 'busybox' }
        }
      }
    }
  ],
  [/^rancher\.services\.web\.volumes_from/, { rancher: { services: { 'all-volumes': { image: 'busybox' } } } }],
  [/^rancher\.network\.rules\.0/, { rancher: { network: { rules: [{ priority: 5, table: 7 }] } } }],
  [
    /^rancher\.network\.interfaces\.eth0\.vlan\./,
    { rancher: { network: { interfaces: { eth0: { vlan: { id: 7, link: 'a' } }, a: {}, eth1: {} } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.macvlan\./,
    { rancher: { network: { interfaces: { eth0: { macvlan: { link: 'a' } }, a: {}, eth1: {} } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.ipvlan\./,
    { rancher: { network: { interfaces: { eth0: { ipvlan: { link: 'a' } }, a: {}, eth1: {} } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.vxlan\./,
    { rancher: { network: { interfaces: { eth0: { vxlan: { id: 7 } }, a: {}, eth1: {} } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.wireguard\./,
    {
      rancher: {
        network: {
          interfaces: {
            eth0: {
              wireguard: {
                private_key: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
                peers: [{ public_key: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' }]
              }
            }
          }
        }
      }
    }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.bridge_port\./,
    { rancher: { network: { interfaces: { eth0: { bridge: 'br0' }, br0: { bridge: 'true' } } } } }
  ],
  [
    /^rancher\.network\.firewall/,
    {
      rancher: {
        ssh: { daemon: false },
        network: {
          firewall: {
            input: { policy: 'drop', rules: [{ action: 'accept', protocol: 'udp', port: ['53'] }] },
            forward: { policy: 'drop', rules: [{ action: 'drop', protocol: 'udp', port: ['53'] }] },
            masquerade: [{ out: ['eth7'] }],
            port_forwards: [{ port: ['8'], to: '10.0.0.9' }]
          }
        }
      }
    }
  ],
  [/wifi_network$/, { rancher: { network: { wifi_networks: { home: { ssid: 'home' } } } } }],
  [
    /^rancher\.network\.wifi_networks\./,
    {
      rancher: {
        network: {
          interfaces: { eth0: { wifi_network: ['work', 'home'] } },
          wifi_networks: { home: { ssid: 'here', psk: 'correct horse', eap: 'PEAP' }, work: { ssid: 'work' } }
        }
      }
    }
  ],
  [
    /^rancher\.network\.wifi_networks\.home\.(address|gateway)/,
    { rancher: { network: { interfaces: { eth0: { wifi_network: ['home'] } } } } }
  ],
  [
    /^rancher\.network\.wifi_networks\.home\.gateway/,
    { rancher: { network: { wifi_networks: { home: { address: '192.168.1.30/24' } } } } }
  ],
  [/^rancher\.services\.web\.memswap_limit/, { rancher: { services: { web: { mem_limit: '256m' } } } }],
  [/^rancher\.services\.web\.volume_driver/, { rancher: { services: { web: { volumes: ['data:/data'] } } } }],
  [
    /^rancher\.services\.web\.healthcheck\.(?!test|disable)/,
    { rancher: { services: { web: { healthcheck: { test: 'true' } } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.(gateway|metric|gateway_ipv6|routes|dhcp_args)/,
    { rancher: { network: { interfaces: { eth0: { addresses: ['192.168.1.10/24', 'fd00::10/64'] } } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.metric/,
    { rancher: { network: { interfaces: { eth0: { gateway: '192.168.1.1' } } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.dhcp_|dhcp_timeout|^rancher\.network\.leases/,
    { rancher: { network: { interfaces: { eth0: { dhcp: true } } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.dhcp_use/,
    {
      rancher: {
        network: {
          leases: { eth0: { ipv4: { nameservers: ['10.0.0.1'], search: ['lan'], ntp: ['10.0.0.2'], hostname: 'a' } } }
        }
      }
    }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.prefix_delegation/,
    { rancher: { network: { interfaces: { eth0: { prefix_delegation: { to: { lan0: {} } } }, lan0: {} } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.routes\.0/,
    { rancher: { network: { interfaces: { eth0: { routes: [{ to: '10.1.0.0/16', via: '192.168.1.2' }] } } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.routes\.0\.(type|scope|nexthops)/,
    { rancher: { network: { interfaces: { eth0: { routes: [{ to: '10.1.0.0/16' }] } } } } }
  ],
  [
    /^rancher\.network\.interfaces\.eth0\.routes\.0\.nexthops\.0/,
    {
      rancher: {
        network: {
          interfaces: { eth0: { routes: [{ to: '10.1.0.0/16', nexthops: [{ via: '192.168.1.3', dev: 'eth0' }] }] } }
        }
      }
    }
  ],
  [
    /^rancher\.network\.routes/,
    {
      rancher: {
        network: {
          interfaces: { eth0: { addresses: ['192.168.1.10/24'] } },
          routes: [{ to: '10.1.0.0/16', via: '192.168.1.2' }]
        }
      }
    }
  ],
  [
    /^rancher\.network\.routes\.0\.(type|scope)/,
    { rancher: { network: { routes: [{ to: '10.1.0.0/16', dev: 'eth0' }] } } }
  ],
  [
    /^rancher\.network\.routes\.0\.type/,
    { rancher: { network: { routes: [{ to: '10.1.0.0/16', type: 'prohibit' }] } } }
  ],
  [
    /^rancher\.network\.routes\.0\.nexthops/,
    { rancher: { network: { routes: [{ to: '10.1.0.0/16', nexthops: [{ via: '192.168.1.2', dev: 'eth0' }] }] } } }
  ],
  [
    /^rancher\.registry_auths(?!.*\.auth$)/,
    { rancher: { registry_auths: { 'registry.example.org': { username: 'a', password: 'b' } } } }
  ],
  [
    /^rancher\.registry_auths\..*\.client_(cert|key)$/,
    {
      rancher: {
        registry_auths: {
          'registry.example.org': {
            client_cert: '-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n',
            client_key: '-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n'
          }
        }
      }
    }
  ],
  [/^rancher\.services\.web\.depends_on/, { rancher: { services: { web: { depends_on: { db: {} } } } } }],
  [/^rancher\.preload_wait/, { rancher: { services: { web: { image: 'busybox' } } } }],
  [/^rancher\.logging\.central/, { rancher: { logging: { central: { host: 'logs' } } } }],
  [/^rancher\.disable/, { rancher: { autologin: ['tty1'] } }],
  [/^rancher\.probes\.web\.status/, { rancher: { probes: { web: { http: 'http://127.0.0.1/' } } } }],
  [
    /^rancher\.probes\.web\.in$/,
    { rancher: { probes: { web: { command: 'true' } }, services: { console: { image: 'busybox' } } } }
  ],
  [/^rancher\.probes\.web\.(interval|timeout|retries)/, { rancher: { probes: { web: { tcp: '127.0.0.1:80' } } } }],
  [/^write_files\.0/, { write_files: [{ path: '/etc/a', content: 'YQ==' }] }],
  [
    /^write_files\.0\.container/,
    { rancher: { services: { ntp: { image: 'busybox', labels: { 'io.rancher.os.scope': 'system' } } } } }
  ],
  [
    /^rancher\.docker\.(tls|ca_|server_)/,
    {
      rancher: {
        docker: {
          tls: true,
          tls_args: ['--tlsverify'],
          ca_cert: pem('CERTIFICATE'),
          ca_key: pem('PRIVATE KEY'),
          server_cert: pem('CERTIFICATE'),
          server_key: pem('PRIVATE KEY')
        }
      }
    }
  ],
  [/^rancher\.system_docker\.tls/, { rancher: { system_docker: { tls: true, tls_args: ['--tlsverify'] } } }],
  [
    /^rancher\.(defaults\.)?docker\./,
    { rancher: { services: { docker: { image: 'rosd/docker', labels: { 'io.rancher.os.scope': 'system' } } } } }
  ]
]

const links: readonly LinkFact[] = [{ name: 'eth0', mac: '52:54:00:00:00:01', kind: '' }]

/** Everything that anything takes from the document. */
function consumed({ data }: Document): string {
  const desired: Desired = {
    data,
    facts: { links, version: '1', kernel: '6.12', namespaces: false, stopped: [], shipped: {} },
    from: () => ''
  }
  const wants = [...kinds.values()].flatMap((kind) => [...kind.want(desired)])
  const auths = ['registry.example.org/app', 'web/app', 'busybox'].map((ref) => registryAuth(ref, data))
  return JSON.stringify({ wants, settings: agentSettings(data), auths, repositories: [...repositoriesOf(data)] })
}

function around(path: Path): Value {
  const dotted = path.join('.')
  return AROUND.filter(([pattern]) => pattern.test(dotted)).reduce<Value>((all, [, add]) => overlay(all, add), {})
}

/** What the examples name. */
const OFFERED = [
  offered('services', 'open-vm-tools', 'tools: {image: tools}\n'),
  offered('consoles', 'debian', 'console: {image: debian}\n')
]

function offered(section: 'services' | 'consoles', name: string, text: string): Layer {
  return { ...layer('definition', text), offer: { section, name, from: null, url: '', altered: false } }
}

function build(value: Value, kind: 'user' | 'cmdline' = 'user') {
  return buildDocument([layer(kind, `#cloud-config\n${JSON.stringify(value)}\n`), ...OFFERED])
}

const all = [...leaves(schema, [])]

t.test('every leaf of the schema is read by something, or says that it is not', async (t) => {
  t.ok(all.length > 200, `${all.length} leaves`)
  const silent: string[] = []
  for (const leaf of all) {
    const base = around(leaf.path)
    const before = build(base)
    if (!before.ok) throw new Error(`${showPath(leaf.path)}: ${JSON.stringify(before.problems)}`)
    const heard = samples(leaf).some((value) => {
      const after = build(withValue(base, leaf.path, value) ?? {})
      if (!after.ok && REFUSED.test(leaf.path.join('.'))) return true
      if (!after.ok) throw new Error(`${showPath(leaf.path)}: ${JSON.stringify(after.problems)}`)
      const named = after.document.problems.some(
        ({ severity, code }) => severity === 'warning' && code !== 'ROS_DOC_LOOSE'
      )
      return named || consumed(after.document) !== consumed(before.document)
    })
    if (!heard) silent.push(leaf.path.join('.'))
  }
  t.same(silent, [])
})

t.test('a key that is said to do nothing does nothing', async (t) => {
  let mute = 0
  for (const leaf of all) {
    const found = spot(leaf.path)
    if (found === null || (!found.later && found.inert === '')) continue
    mute++
    const base = around(leaf.path)
    for (const value of samples(leaf)) {
      const [before, after] = [build(base), build(withValue(base, leaf.path, value) ?? {})]
      if (!before.ok || !after.ok) throw new Error(showPath(leaf.path))
      if (consumed(after.document) !== consumed(before.document)) t.fail(showPath(leaf.path))
    }
  }
  t.ok(mute > 50, `${mute} keys`)
})
