import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'words that nobody hears',
    'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp: false, dhcp_use: {dns: false}}\n',
    `cloud-config.yml:5:27: warning: rancher.network.interfaces.eth0.dhcp_use: the interface asks no DHCP server, so this is not heard
        eth0: {dhcp: false, dhcp_use: {dns: false}}
                            ^
  expected: \`dhcp: true\` or \`dhcp6: true\` beside it
  fix: turn one of them on, or take \`dhcp_use\` out`
  ],
  [
    'arguments for IPv4 only',
    'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp6: true, dhcp_args: -A4}\n',
    `cloud-config.yml:5:38: warning: rancher.network.interfaces.eth0.dhcp_args: \`-A4\` asks for IPv4 only, and \`dhcp6\` for IPv6
        eth0: {dhcp6: true, dhcp_args: -A4}
                                       ^
  expected: arguments without \`-4\`
  fix: take the \`4\` out`
  ],
  [
    'arguments for IPv4 only, and a prefix',
    'rancher:\n  network:\n    interfaces:\n      eth0: {prefix_delegation: {to: {lan0: {}}}, dhcp_args: --ipv4only}\n',
    `cloud-config.yml:5:62: warning: rancher.network.interfaces.eth0.dhcp_args: \`--ipv4only\` asks for IPv4 only, and \`prefix_delegation\` for IPv6
        eth0: {prefix_delegation: {to: {lan0: {}}}, dhcp_args: --ipv4only}
                                                               ^
  expected: arguments without \`-4\`
  fix: take the \`4\` out`
  ],
  [
    'a prefix for nobody',
    'rancher:\n  network:\n    interfaces:\n      eth0: {prefix_delegation: {prefix: 56}}\n',
    `cloud-config.yml:5:33: rancher.network.interfaces.eth0.prefix_delegation.to: the prefix goes to no interface
        eth0: {prefix_delegation: {prefix: 56}}
                                  ^
  expected: at least one, for instance \`to: {lan0: {id: 1}}\`
  fix: name the interfaces that get a network of it`
  ],
  [
    'a prefix for a pattern',
    'rancher:\n  network:\n    interfaces:\n      eth0: {prefix_delegation: {to: {lan*: {}}}}\n',
    `cloud-config.yml:5:39: rancher.network.interfaces.eth0.prefix_delegation.to.lan*: \`lan*\` is no name of an interface
        eth0: {prefix_delegation: {to: {lan*: {}}}}
                                        ^
  expected: the name of one interface
  fix: name each interface by itself`
  ],
  [
    'a network larger than the prefix',
    'rancher:\n  network:\n    interfaces:\n      eth0: {prefix_delegation: {prefix: 60, to: {lan0: {prefix: 56}}}}\n',
    `cloud-config.yml:5:66: rancher.network.interfaces.eth0.prefix_delegation.to.lan0.prefix: a network of /56 does not fit into a prefix of /60
        eth0: {prefix_delegation: {prefix: 60, to: {lan0: {prefix: 56}}}}
                                                                   ^
  expected: at least 60
  fix: ask for a shorter \`prefix\`, or correct this one`
  ],
  [
    'a network outside the prefix',
    'rancher:\n  network:\n    interfaces:\n      eth0: {prefix_delegation: {prefix: 60, to: {lan0: {id: 16}}}}\n',
    `cloud-config.yml:5:62: rancher.network.interfaces.eth0.prefix_delegation.to.lan0.id: a prefix of /60 has 16 networks of /64, counted from 0
        eth0: {prefix_delegation: {prefix: 60, to: {lan0: {id: 16}}}}
                                                               ^
  expected: a number below 16
  fix: ask for a shorter \`prefix\`, or correct this one`
  ],
  [
    'one network for two',
    'rancher:\n  network:\n    interfaces:\n      eth0: {prefix_delegation: {to: {lan0: {id: 1}, lan1: {id: 1}}}}\n',
    `cloud-config.yml:5:54: rancher.network.interfaces.eth0.prefix_delegation.to.lan1: \`lan0\` gets network 1 of the prefix already
        eth0: {prefix_delegation: {to: {lan0: {id: 1}, lan1: {id: 1}}}}
                                                       ^
  expected: another \`id\` for each interface
  fix: give one of them another \`id\``
  ]
]

t.test('what no DHCP server can give, and words that nobody hears', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'all of it',
    'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp: true, dhcp6: true, dhcp_args: -A -d, dhcp_use: {dns: false}, prefix_delegation: {to: {lan0: {}, lan1: {id: 255}}}}\n'
  ],
  ['no word on DHCP in this layer', 'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp_client_id: duid}\n']
]

t.test('what a DHCP server can be asked for is fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
