// Networks drawn at random: every key below rancher.network, in ways of which the checks let many through, with links that stand on
// each other in every way the schema knows.
import fc, { type Arbitrary } from 'fast-check'
import { madeLink } from './drawn-link.ts'
import { few, flag, type Keys, list, name, number, one, some } from './drawn.ts'

const address4 = one('10.0.0.1/24', '10.0.0.2/24', '10.1.0.1/16')
const address6 = one('fd00::1/64', 'fd00::2/64')
const nexthops = list(
  fc.record(
    { via: one('10.0.0.1', '10.0.0.9'), dev: name, weight: number(1, 3), onlink: flag },
    { requiredKeys: ['via'] }
  )
)
/** Ways a route can be written. */
const route = fc.oneof(
  fc.record(
    {
      to: one('10.8.0.0/16', 'default', '192.0.2.1'),
      via: one('10.0.0.1', '10.1.0.9'),
      dev: one('eth0', 'eth1'),
      metric: number(1, 3),
      table: one('main', '100', 7),
      onlink: flag,
      source: one('10.0.0.1', '10.0.0.2'),
      mtu: number(1280, 1500)
    },
    { requiredKeys: ['to', 'via'] }
  ),
  fc.record({ to: one('10.8.0.0/16', '::/0', 'fd08::/32'), type: one('blackhole', 'unreachable', 'prohibit') }),
  fc.record({ to: one('10.9.0.0/16'), nexthops }),
  fc.record({ to: one('10.8.0.1', '10.8.0.0/16'), dev: one('eth0', 'eth1'), scope: one('global', 'link', 'host') })
)
const rule = fc.oneof(
  fc.record(
    {
      priority: number(1, 9),
      table: one('main', 100),
      from: one('10.0.0.0/8', '10.0.0.7'),
      to: one('192.0.2.0/24'),
      not: flag,
      iif: name,
      oif: name,
      fwmark: one(1, '0x10/0xff'),
      ipproto: one('tcp', 'udp', 47),
      sport: one(22, '100-200'),
      dport: one(53, '1-9'),
      uidrange: one('0-99', '1000-1000'),
      suppress_prefixlength: number(0, 8)
    },
    { requiredKeys: ['priority', 'table'] }
  ),
  fc.record({ priority: number(1, 9), table: one(9), family: one('ipv4', 'ipv6', 'both') }),
  fc.record({ priority: number(10, 19), type: one('blackhole', 'unreachable', 'prohibit') })
)

/** What an interface has besides. */
const more: Keys = {
  match: one('mac=02:*', 'driver=virtio_net', 'pci=0000:00:03.0'),
  vlans: one('5', '5,6:a', '7:b'),
  mtu: one(1400, 1500),
  mac: one('02:00:00:00:00:01'),
  txqueuelen: number(0, 9),
  alias: one('x', 'the other'),
  up: flag,
  ipv6: flag,
  accept_ra: flag,
  ipv6_privacy: flag,
  forwarding: flag,
  ipv4ll: flag,
  address: fc.oneof(address4, address6),
  addresses: list(
    fc.oneof(
      address4,
      fc.record(
        { address: address6, valid: number(300, 999), preferred: number(0, 300) },
        { requiredKeys: ['address'] }
      )
    )
  ),
  gateway: one('10.0.0.1', '10.0.0.9'),
  gateway_ipv6: one('fd00::1', 'fe80::1'),
  metric: number(1, 9),
  routes: list(route),
  dns: some({ nameservers: one(['9.9.9.9'], ['fd00::53']), search: one(['lan'], ['a.org', 'b.org']) }),
  dhcp: flag,
  dhcp6: flag,
  dhcp_args: one('-4 --nogateway'),
  dhcp_client_id: one('duid', 'mac'),
  dhcp_hostname: fc.oneof(flag, one('printer')),
  dhcp_use: some({ dns: flag, domain: flag, hostname: flag, ntp: flag, routes: flag }),
  prefix_delegation: some({
    prefix: number(48, 62),
    to: name.chain((to) => some({ id: number(0, 3), prefix: one(64) }).map((how) => ({ [to]: how })))
  }),
  offloads: one({ gro: false }, { 'tx-checksumming': true, tso: false }),
  wake_on_lan: one('g', 'd', 'pumb'),
  pre_up: one(['true']),
  post_up: one(['echo $iface'], ['true', 'false']),
  wifi_network: one('home', ['home', 'work'])
}

const match = {
  in: name,
  from: one('10.0.0.0/8', '@office'),
  to: one('10.0.0.5'),
  state: one('new', ['new', 'untracked']),
  limit: one('10/minute'),
  counter: flag,
  log: one('seen'),
  comment: one('why not')
}
const answer = one('accept', 'drop', 'reject')
const packets = (ways: Keys) =>
  list(
    fc.oneof(
      few(ways, 3).chain((words) => answer.map((action) => ({ ...words, action }))),
      fc.record({ action: answer, protocol: one('tcp', 'udp'), port: one(22, '8000-8100', '@web') })
    )
  )
const policy = one('accept', 'drop', 'reject')
const firewall = some({
  sets: one({ office: ['192.0.2.0/24', '2001:db8::/32'], web: ['80', '443'] }),
  input: some({ policy, rules: packets(match) }),
  forward: some({ policy, containers: flag, rules: packets({ ...match, out: name }) }),
  masquerade: list(fc.record({ out: name, from: one('10.0.0.0/24') }, { requiredKeys: ['out'] })),
  port_forwards: list(
    fc.record(
      { in: name, from: one('192.0.2.0/24'), protocol: one('tcp', 'udp'), port: one(80, '90'), to: one('10.0.0.5:81') },
      { requiredKeys: ['protocol', 'port', 'to'] }
    )
  )
})

const said = some({ nameservers: one(['9.9.9.9']), search: one(['lan']), ntp: one(['10.0.0.1']), hostname: one('x') })
/** What a network has besides interfaces. */
const whole: Keys = {
  dns: some({ nameservers: one(['1.1.1.1']), search: one(['org']), options: one(['rotate'], ['timeout:2', 'edns0']) }),
  hosts: one({ '10.0.0.9': ['nas'] }, { 'fd00::9': ['nas', 'nas.lan'], '10.0.0.9': ['x'] }),
  firewall,
  forwarding: flag,
  rules: list(rule),
  routes: list(route),
  dhcp_timeout: number(1, 60),
  http_proxy: one('http://proxy.lan:3128'),
  https_proxy: one('http://proxy.lan:3128'),
  no_proxy: one('localhost,.lan'),
  pre_cmds: one(['true']),
  post_cmds: one(['true', 'echo']),
  leases: name.chain((dev) => some({ ipv4: said, ipv6: said }).map((families) => ({ [dev]: families }))),
  modem_networks: some({ apn: one('internet'), extra_args: one('ip-type=ipv4') }).map((wwan0) => ({ wwan0 })),
  wifi_networks: fc
    .oneof(
      some({
        psk: one('correct horse'),
        country: one('DE'),
        scan_ssid: number(0, 1),
        priority: number(1, 9),
        pairwise: one('CCMP'),
        group: one('CCMP'),
        key_mgmt: one('WPA-PSK'),
        address: one('10.3.0.2/24'),
        gateway: one('10.3.0.1')
      }),
      few(
        {
          key_mgmt: one('WPA-EAP'),
          eap: one('TLS', 'PEAP'),
          identity: one('me@example.org'),
          anonymous_identity: one('x@example.org'),
          password: one('a secret'),
          ca_certs: one(['/etc/wpa/ca.pem']),
          client_certs: one(['/etc/wpa/client.pem']),
          private_keys: one(['/etc/wpa/client.key']),
          private_key_passwds: one(['a secret']),
          phases: one(['auth=MSCHAPV2']),
          eapol_flags: number(0, 3)
        },
        11
      )
    )
    .map((home) => ({ home: { ssid: 'home', ...home }, work: { ssid: 'work', psk: 'correct horse' } }))
}

const entry = fc
  .tuple(madeLink, fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: few(more, 4) }))
  .map(([made, other]) => ({ ...made, ...other }))
const interfaces = fc.dictionary(fc.oneof(name, one('eth*', 'mac=02:*')), entry, { maxKeys: 4 })

/** `rancher.network`, as somebody might write it. */
export const network: Arbitrary<object> = fc
  .tuple(interfaces, fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: few(whole, 3) }))
  .map(([links, other]) => ({ ...other, interfaces: links }))
