// What adopting means, kind by kind: the changes of the document, and that with them the kind finds nothing to do.
import t from 'tap'
import { carryOut } from '../../../src/api/edits.ts'
import type { AdoptQuestion } from '../../../src/core/adoption.ts'
import type { Desired, KindDef } from '../../../src/core/kind.ts'
import { type Key, kindOf, type Seen, type Want } from '../../../src/core/resource.ts'
import { buildDocument } from '../../../src/document/build.ts'
import { kinds } from '../../../src/kinds/index.ts'
import { layer } from '../../document/support.ts'
import { linkSeen } from '../../support/links.ts'
import { seenRoute } from '../../support/routes.ts'

const links = ['eth0', 'eth1', 'lan0'].map((name, at) => ({ name, mac: `52:54:00:00:00:0${at}`, kind: '' }))

function desiredOf(text: string): Desired {
  const built = buildDocument([layer('user', text)])
  if (!built.ok) throw new Error(JSON.stringify(built.problems))
  const facts = { links, version: '1', kernel: '', namespaces: false, stopped: [], shipped: {} }
  return { data: built.document.data, facts, from: () => '' }
}

interface Case {
  readonly name: string
  readonly key: Key
  readonly before: string
  readonly seen: Seen | null
  /** The whole document afterwards, or (a sentence of a refusal) none. */
  readonly after: string | RegExp
  readonly lost?: readonly string[]
}

const head = '#cloud-config\n'
const eth0 = (text: string) => `${head}rancher:\n  network:\n    interfaces:\n      eth0: ${text}\n`
const route = seenRoute({ to: '10.1.0.0/16', via: '10.0.0.9', protocol: '3' })
const plain = { sha256: 'x', mode: 0o640, uid: 0, gid: 50, users: ['root'], groups: ['staff'] }
const mounted = { id: 1, sources: ['/dev/vdb'], type: 'ext4', superOptions: ['rw'], given: null }

const cases: readonly Case[] = [
  {
    name: 'a number stays one, and the name as it was spelled',
    key: 'sysctl/net.ipv4.ip_forward',
    before: `${head}rancher: {sysctl: {net/ipv4/ip_forward: 0}} # mine\n`,
    seen: { value: '1', wrote: null, before: null },
    after: `${head}rancher: {sysctl: {net/ipv4/ip_forward: 1}} # mine\n`
  },
  {
    name: 'a parameter nobody asked for',
    key: 'sysctl/kernel.printk',
    before: head,
    seen: { value: '4 4 1 7', wrote: null, before: null },
    after: `${head}rancher:\n  sysctl:\n    kernel.printk: 4 4 1 7\n`
  },
  {
    name: 'no parameter',
    key: 'sysctl/no.such',
    before: head,
    seen: null,
    after: /the kernel has no parameter no.such/
  },
  {
    name: 'a module',
    key: 'module/br_netfilter',
    before: `${head}rancher: {modules: [overlay]}\n`,
    seen: { builtin: false },
    after: `${head}rancher: {modules: [overlay, br_netfilter]}\n`
  },
  {
    name: 'a module that is listed',
    key: 'module/overlay',
    before: `${head}rancher: {modules: [overlay]}\n`,
    seen: { builtin: false },
    after: /as the document says/
  },
  {
    name: 'the host name',
    key: 'hostname/machine',
    before: `${head}hostname: a\n`,
    seen: { name: 'b', file: 'b', hosts: 'b' },
    after: `${head}hostname: b\n`
  },
  {
    name: 'names of other machines',
    key: 'hosts/machine',
    before: `${head}rancher: {network: {hosts: {10.0.0.5: [nas]}}}\n`,
    seen: { lines: ['10.0.0.6 nas nas.lan'] },
    after: `${head}rancher: {network: {hosts: {10.0.0.6: [nas, nas.lan]}}}\n`
  },
  {
    name: 'names of other machines that are not there',
    key: 'hosts/machine',
    before: `${head}hostname: a\nrancher: {network: {hosts: {10.0.0.5: [nas]}, dhcp_timeout: 5}}\n`,
    seen: null,
    after: `${head}hostname: a\nrancher: {network: {dhcp_timeout: 5}}\n`
  },
  {
    name: 'keys',
    key: 'ssh-key/rancher',
    before: `${head}ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f a]\n`,
    seen: { keys: [], mode: 0o600, uid: 1100, gid: 1100 },
    after: `${head}ssh_authorized_keys: []\n`
  },
  {
    name: 'an MTU',
    key: 'link/eth0',
    before: eth0('{mtu: 1500}'),
    seen: linkSeen({ mtu: 1400 }),
    after: eth0('{mtu: 1400}')
  },
  {
    name: 'an MTU of a link that is down',
    key: 'link/lan0',
    before: head,
    seen: linkSeen({ mtu: 1400, up: false }),
    after: `${head}rancher:\n  network:\n    interfaces:\n      lan0:\n        mtu: 1400\n        up: false\n`
  },
  {
    name: 'an MTU of one of several links that one entry is for',
    key: 'link/eth0',
    before: `${head}rancher: {network: {interfaces: {'eth*': {mtu: 1500}}}}\n`,
    seen: linkSeen({ mtu: 1400 }),
    after: /eth\* is for eth0, eth1; give eth0 an entry of its own/
  },
  {
    name: 'addresses the document does not list',
    key: 'address/eth0:only',
    before: eth0('{addresses: [10.0.0.2/24]}'),
    seen: { dev: 'eth0', strangers: ['10.0.0.3/24', 'fd00::3/64'] },
    after: eth0('{addresses: [10.0.0.2/24, 10.0.0.3/24, fd00::3/64]}')
  },
  {
    name: 'one address',
    key: 'address/eth0:10.0.0.4/24',
    before: eth0('{address: 10.0.0.2/24}'),
    seen: {
      dev: 'eth0',
      cidr: '10.0.0.4/24',
      origin: 'static',
      state: 'usable',
      lifetimes: { valid: null, preferred: null }
    },
    after: eth0('{address: 10.0.0.2/24, addresses: [10.0.0.4/24]}')
  },
  {
    name: 'an address that was taken away',
    key: 'address/eth0:10.0.0.2/24',
    before: eth0('{address: 10.0.0.2/24, addresses: [10.0.0.5/24]}'),
    seen: null,
    after: eth0('{addresses: [10.0.0.5/24]}')
  },
  { name: 'an address nobody knows', key: 'address/eth0:10.0.0.2/24', before: head, seen: null, after: /no address/ },
  {
    name: 'another gateway',
    key: 'route/main/default',
    before: eth0('{address: 10.0.0.2/24, gateway: 10.0.0.1}'),
    seen: { ...route, to: 'default' },
    after: eth0('{address: 10.0.0.2/24, gateway: 10.0.0.9}')
  },
  {
    name: 'another way of a route',
    key: 'route/main/10.1.0.0/16',
    before: eth0('{address: 10.0.0.2/24, routes: [{to: 10.1.0.0/16, via: 10.0.0.1}]}'),
    seen: route,
    after: eth0('{address: 10.0.0.2/24, routes: [{to: 10.1.0.0/16, via: 10.0.0.9}]}')
  },
  {
    name: 'a route that was taken away',
    key: 'route/main/10.1.0.0/16',
    before: eth0('{address: 10.0.0.2/24, routes: [{to: 10.1.0.0/16, via: 10.0.0.1}]}'),
    seen: null,
    after: eth0('{address: 10.0.0.2/24, routes: []}')
  },
  {
    name: 'a route nobody asked for',
    key: 'route/7/10.1.0.0/16@5',
    before: eth0('{address: 10.0.0.2/24}'),
    seen: { ...route, table: 7, metric: 5 },
    after: eth0('{address: 10.0.0.2/24, routes: [{to: 10.1.0.0/16, via: 10.0.0.9, metric: 5, table: "7"}]}')
  },
  {
    name: 'a route over two ways, and one that leads nowhere',
    key: 'route/main/10.1.0.0/16',
    before: `${head}rancher: {network: {routes: [{to: 10.2.0.0/16, type: blackhole}]}}\n`,
    seen: {
      ...route,
      via: null,
      dev: '',
      mtu: 1400,
      nexthops: [
        { via: '10.0.0.1', dev: 'eth0', weight: 1, onlink: false },
        { via: '10.9.0.1', dev: 'eth1', weight: 2, onlink: false }
      ]
    },
    after: `${head}rancher: {network: {routes: [{to: 10.2.0.0/16, type: blackhole}, {to: 10.1.0.0/16, mtu: 1400, nexthops: [{via: 10.0.0.1, dev: eth0}, {via: 10.9.0.1, dev: eth1, weight: 2}]}]}}\n`
  },
  {
    name: 'a route of the network that leads elsewhere',
    key: 'route/main/10.1.0.0/16',
    before: `${head}rancher: {network: {routes: [{to: 10.1.0.0/16, type: blackhole}]}}\n`,
    seen: route,
    after: `${head}rancher: {network: {routes: [{to: 10.1.0.0/16, via: 10.0.0.9, dev: eth0}]}}\n`
  },
  {
    name: 'a route over another link',
    key: 'route/main/10.1.0.0/16',
    before: eth0('{address: 10.0.0.2/24, routes: [{to: 10.1.0.0/16, via: 10.0.0.1}]}'),
    seen: { ...route, dev: 'eth1' },
    after: /it leads over eth1 and not over eth0/
  },
  {
    name: 'name servers',
    key: 'resolver/machine',
    before: `${head}rancher: {network: {dns: {nameservers: [10.0.0.1]}}}\n`,
    seen: { nameservers: [{ address: '10.0.0.2', from: null }], search: ['lan'], options: ['rotate'], text: '' },
    after: `${head}rancher: {network: {dns: {nameservers: [10.0.0.2], search: [lan], options: [rotate]}}}\n`
  },
  {
    name: 'a file',
    key: 'file//etc/motd',
    before: `${head}write_files:\n- path: /etc/motd\n  content: a\n`,
    seen: { ...plain, content: Buffer.from('b\n').toString('base64') },
    after: `${head}write_files:\n- path: /etc/motd\n  content: |\n    b\n  permissions: "0640"\n  owner: root:staff\n`
  },
  {
    name: 'a file that is no text',
    key: 'file//etc/blob',
    before: head,
    seen: { ...plain, content: '/wA=' },
    after: `${head}write_files:\n  - path: /etc/blob\n    content: /wA=\n    encoding: base64\n    permissions: "0640"\n    owner: root:staff\n`
  },
  { name: 'a large file', key: 'file//etc/blob', before: head, seen: { ...plain, content: null }, after: /too large/ },
  {
    name: 'a mount that was taken away',
    key: 'mount//mnt/a',
    before: `${head}mounts:\n- [/dev/vdb, /mnt/a, ext4, '']\n- [/dev/vdc, /mnt/b, ext4, '']\n`,
    seen: null,
    after: `${head}mounts:\n- [/dev/vdc, /mnt/b, ext4, '']\n`
  },
  {
    name: 'a mount nobody asked for',
    key: 'mount//mnt/a',
    before: head,
    seen: { ...mounted, options: ['rw', 'noexec', 'relatime'] },
    after: `${head}mounts:\n  - - /dev/vdb\n    - /mnt/a\n    - ext4\n    - noexec\n`
  },
  {
    name: 'a swap area nobody asked for',
    key: 'swap//dev/vdc',
    before: head,
    seen: { device: '/dev/vdc', priority: 5 },
    after: `${head}mounts:\n  - - /dev/vdc\n    - none\n    - swap\n    - pri=5\n`
  }
]

t.test('what is seen becomes what the document says', async (t) => {
  for (const { name, key, before, seen, after, lost = [] } of cases) {
    const def = kinds.get(kindOf(key)) as KindDef
    const desired = desiredOf(before)
    const want = [...def.want(desired)].find((one): one is Want => one.key === key) ?? null
    const question: AdoptQuestion = { key, want, seen, desired }
    const adoption = def.adopt?.(question) ?? ''
    if (typeof adoption === 'string') {
      t.match(adoption, after, name)
      continue
    }
    t.same(adoption.lost, lost, name)
    const text = carryOut(before, { by: 'settings', settings: adoption.settings }, 'x')
    t.equal(text, after, name)
    const next = [...def.want(desiredOf(text))].find((one): one is Want => one.key === key) ?? null
    const still = next === null && seen === null ? null : def.judge(next, seen, null)
    // Written by rosd they differ by a line of its own; fakes of files have no digest; a link is to be up.
    const differs: readonly Key[] = ['resolver/machine', 'file//etc/motd', 'file//etc/blob', 'link/lan0']
    if (!differs.includes(key)) t.equal(still, null, `${name}: nothing is left to do`)
  }
})

t.test('kinds for which it has no meaning have none', async (t) => {
  const without = [...kinds.values()].filter(({ adopt }) => adopt === undefined).map(({ kind }) => kind)
  t.same(
    without.toSorted(),
    'bridge-vlan command dhcp engine ethtool firewall hook image preload probe rule wifi wireguard'.split(' ')
  )
})
