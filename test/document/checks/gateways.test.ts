import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'outside the network',
    'rancher:\n  network:\n    interfaces:\n      eth0:\n        address: 192.168.1.10/24\n        gateway: 192.168.2.1\n',
    `cloud-config.yml:7:18: rancher.network.interfaces.eth0.gateway: 192.168.2.1 is outside the network of 192.168.1.10/24
          gateway: 192.168.2.1
                   ^
  expected: a gateway that an address of the interface reaches
  fix: correct one of them, or write \`routes: [{to: default, via: 192.168.2.1, onlink: true}]\` in its place`
  ],
  [
    'outside every network',
    'rancher:\n  network:\n    interfaces:\n      eth0: {addresses: [192.168.1.10/24, 10.0.0.1/8], gateway: 172.16.0.1}\n',
    `cloud-config.yml:5:65: rancher.network.interfaces.eth0.gateway: 172.16.0.1 is outside every network of the interface
        eth0: {addresses: [192.168.1.10/24, 10.0.0.1/8], gateway: 172.16.0.1}
                                                                  ^
  expected: a gateway that an address of the interface reaches
  fix: correct one of them, or write \`routes: [{to: default, via: 172.16.0.1, onlink: true}]\` in its place`
  ],
  [
    'outside a network of IPv6',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: "fd00::10/64", gateway_ipv6: "fd01::1"}\n',
    `cloud-config.yml:5:52: rancher.network.interfaces.eth0.gateway_ipv6: fd01::1 is outside the network of fd00::10/64
        eth0: {address: "fd00::10/64", gateway_ipv6: "fd01::1"}
                                                     ^
  expected: a gateway that an address of the interface reaches
  fix: correct one of them, or write \`routes: [{to: default, via: "fd01::1", onlink: true}]\` in its place`
  ],
  [
    'an address without a network',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 203.0.113.5/32, gateway: 10.255.0.1}\n',
    `cloud-config.yml:5:48: warning: rancher.network.interfaces.eth0.gateway: 10.255.0.1 is outside the network of 203.0.113.5/32
        eth0: {address: 203.0.113.5/32, gateway: 10.255.0.1}
                                                 ^
  expected: a gateway that an address of the interface reaches
  fix: correct one of them, or write \`routes: [{to: default, via: 10.255.0.1, onlink: true}]\` in its place`
  ],
  [
    'outside, with a hook that may mend it',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, gateway: 10.0.1.1, post_up: [ip route add 10.0.1.1 dev eth0]}\n',
    `cloud-config.yml:5:45: warning: rancher.network.interfaces.eth0.gateway: 10.0.1.1 is outside the network of 10.0.0.2/24
        eth0: {address: 10.0.0.2/24, gateway: 10.0.1.1, post_up: [ip route add 10.0.1.1 dev eth0]}
                                              ^
  expected: a gateway that an address of the interface reaches
  fix: correct one of them, or write \`routes: [{to: default, via: 10.0.1.1, onlink: true}]\` in its place`
  ],
  [
    'the interface itself',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.1/24, gateway: 10.0.0.1}\n',
    `cloud-config.yml:5:45: warning: rancher.network.interfaces.eth0.gateway: 10.0.0.1 is the address of the interface itself
        eth0: {address: 10.0.0.1/24, gateway: 10.0.0.1}
                                              ^
  expected: the address of the next router
  fix: give the address of the router`
  ],
  [
    'the interface itself, by IPv6',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: "fd00::1/64", gateway_ipv6: "fd00::1"}\n',
    `cloud-config.yml:5:51: rancher.network.interfaces.eth0.gateway_ipv6: fd00::1 is the address of the interface itself
        eth0: {address: "fd00::1/64", gateway_ipv6: "fd00::1"}
                                                    ^
  expected: the address of the next router
  fix: give the address of the router`
  ],
  [
    'no address of the family',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: "fd00::10/64", gateway: 10.0.0.1}\n',
    `cloud-config.yml:5:47: warning: rancher.network.interfaces.eth0.gateway: 10.0.0.1 is outside the network of fd00::10/64
        eth0: {address: "fd00::10/64", gateway: 10.0.0.1}
                                                ^
  expected: a gateway that an address of the interface reaches
  fix: correct one of them, or write \`routes: [{to: default, via: 10.0.0.1, onlink: true}]\` in its place`
  ],
  [
    'the wrong family',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, gateway_ipv6: 10.0.0.1}\n',
    `cloud-config.yml:5:50: warning: rancher.network.interfaces.eth0.gateway_ipv6: 10.0.0.1 is an address of IPv4
        eth0: {address: 10.0.0.2/24, gateway_ipv6: 10.0.0.1}
                                                   ^
  expected: an address of IPv6
  fix: write it under \`gateway\``
  ],
  [
    'no address',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, gateway: 10.0.0.300}\n',
    `cloud-config.yml:5:45: rancher.network.interfaces.eth0.gateway: \`10.0.0.300\` is no address: 300 is more than 255
        eth0: {address: 10.0.0.2/24, gateway: 10.0.0.300}
                                              ^
  expected: an address, for instance 192.168.1.1
  fix: correct the address`
  ],
  [
    'a route by a router outside',
    'rancher:\n  network:\n    interfaces:\n      eth0:\n        address: 10.0.0.2/24\n        routes:\n          - {to: 10.9.0.0/16, via: 10.1.0.1}\n',
    `cloud-config.yml:8:36: rancher.network.interfaces.eth0.routes[0].via: 10.1.0.1 is outside the network of 10.0.0.2/24
            - {to: 10.9.0.0/16, via: 10.1.0.1}
                                     ^
  expected: a gateway that an address of the interface reaches
  fix: correct one of them, or add \`onlink: true\` if the router is on this link all the same`
  ],
  [
    'a destination',
    'rancher:\n  network:\n    interfaces:\n      eth0: {routes: [{to: 10.0.0.0/40}]}\n',
    `cloud-config.yml:5:28: rancher.network.interfaces.eth0.routes[0].to: \`10.0.0.0/40\` is no destination
        eth0: {routes: [{to: 10.0.0.0/40}]}
                             ^
  expected: a network such as 10.0.0.0/8, a single address, or default
  fix: correct it`
  ],
  [
    'two families',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, routes: [{to: "fd00::/8", via: 10.0.0.1}]}\n',
    `cloud-config.yml:5:67: rancher.network.interfaces.eth0.routes[0].via: the gateway 10.0.0.1 and the destination fd00::/8 are not of one family
        eth0: {address: 10.0.0.2/24, routes: [{to: "fd00::/8", via: 10.0.0.1}]}
                                                                    ^
  expected: both IPv4 or both IPv6
  fix: correct one of them`
  ],
  [
    'a table',
    'rancher:\n  network:\n    interfaces:\n      eth0: {routes: [{to: 10.0.0.0/8, table: mine}]}\n',
    `cloud-config.yml:5:47: rancher.network.interfaces.eth0.routes[0].table: there is no routing table \`mine\`
        eth0: {routes: [{to: 10.0.0.0/8, table: mine}]}
                                                ^
  expected: a number, or main, local or default
  fix: give the number of the table`
  ],
  [
    'two default gateways',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1}\n      eth1: {address: 10.1.0.2/24, gateway: 10.1.0.1}\n',
    `cloud-config.yml:6:45: warning: rancher.network.interfaces.eth1.gateway: interface \`eth0\` has a default gateway of IPv4 already, both without a metric; only the first is set
        eth1: {address: 10.1.0.2/24, gateway: 10.1.0.1}
                                              ^
  expected: routes to one destination that differ in their metric
  fix: give 10.1.0.1 another \`metric\`, or take it out`
  ],
  [
    'two routes to one network',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, routes: [{to: 10.9.0.0/16, via: 10.0.0.1}]}\n      eth1: {routes: [{to: 10.9.1.1/16}]}\n',
    `cloud-config.yml:6:23: warning: rancher.network.interfaces.eth1.routes[0]: interface \`eth0\` has a route to 10.9.0.0/16 already, both without a metric; only the first is set
        eth1: {routes: [{to: 10.9.1.1/16}]}
                        ^
  expected: routes to one destination that differ in their metric
  fix: give one of them another \`metric\`, or take it out`
  ]
]

t.test('gateways and routes that the kernel would refuse', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'in the network',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 192.168.1.10/24, gateway: 192.168.1.1}\n'
  ],
  ['with a lease', 'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp: true, gateway: 192.168.1.1}\n'],
  [
    'with a lease beside an address',
    'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp: true, address: 10.0.0.2/24, gateway: 192.168.1.1}\n'
  ],
  [
    'of the link',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: "fd00::10/64", gateway_ipv6: "fe80::1"}\n'
  ],
  [
    'by a router that the kernel is told to be on the link',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 203.0.113.5/32, routes: [{to: default, via: 10.255.0.1, onlink: true}]}\n'
  ],
  [
    'by a router that a route leads to',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 203.0.113.5/32, gateway: 10.255.0.1, routes: [{to: 10.255.0.1}]}\n'
  ],
  [
    'with metrics',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1, metric: 100}\n      eth1: {address: 10.1.0.2/24, gateway: 10.1.0.1, metric: 200}\n'
  ],
  [
    'in tables',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1, routes: [{to: default, via: 10.0.0.1, table: 100}]}\n'
  ],
  [
    'of both families',
    'rancher:\n  network:\n    interfaces:\n      eth0: {addresses: [10.0.0.2/24, "fd00::2/64"], gateway: 10.0.0.1, gateway_ipv6: "fd00::1"}\n'
  ]
]

t.test('gateways and routes that lead somewhere are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
