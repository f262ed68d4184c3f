import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'an MTU too small',
    'rancher:\n  network:\n    interfaces:\n      eth0: {mtu: 60}\n',
    `cloud-config.yml:5:19: rancher.network.interfaces.eth0.mtu: 60 is too small for IPv4
        eth0: {mtu: 60}
                    ^
  expected: at least 68 bytes
  fix: give more, or leave it out`
  ],
  [
    'an MTU too small for IPv6',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: "fd00::1/64", mtu: 1000}\n',
    `cloud-config.yml:5:42: rancher.network.interfaces.eth0.mtu: 1000 is too small for IPv6, of which the interface has an address
        eth0: {address: "fd00::1/64", mtu: 1000}
                                           ^
  expected: at least 1280 bytes
  fix: give more, or leave it out`
  ],
  [
    'a VLAN with more than its link',
    'rancher:\n  network:\n    interfaces:\n      eth0: {mtu: 1500, vlans: "100"}\n      eth0.100: {mtu: 9000}\n',
    `cloud-config.yml:6:23: warning: rancher.network.interfaces.eth0.100.mtu: 9000 is more than the interface below, \`eth0\`, has with 1500
        eth0.100: {mtu: 9000}
                        ^
  expected: at most the MTU of the interface below
  fix: raise \`mtu\` of eth0, or lower this one`
  ],
  [
    'a VLAN with more than its link may have',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "7:fast"}\n      fast: {mtu: 9000}\n',
    `cloud-config.yml:6:19: warning: rancher.network.interfaces.fast.mtu: 9000 is more than the interface below, \`eth0\`, has by itself
        fast: {mtu: 9000}
                    ^
  expected: at most the MTU of the interface below
  fix: raise \`mtu\` of eth0, or lower this one`
  ],
  [
    'a bridge nobody declares',
    'rancher:\n  network:\n    interfaces:\n      br0: {bridge: true}\n      eth0: {bridge: br1}\n',
    `cloud-config.yml:6:22: warning: rancher.network.interfaces.eth0.bridge: no entry is for the bridge \`br1\`, did you mean \`br0\`?
        eth0: {bridge: br1}
                       ^
  expected: an entry \`br1\` with \`bridge: true\`
  fix: correct the name, or add the entry`
  ],
  [
    'a bond nobody declares',
    'rancher:\n  network:\n    interfaces:\n      eth0: {bond: bond0}\n',
    `cloud-config.yml:5:20: warning: rancher.network.interfaces.eth0.bond: no entry is for the bond \`bond0\`
        eth0: {bond: bond0}
                     ^
  expected: an entry \`bond0\` with \`bond_opts\`
  fix: correct the name, or add the entry`
  ],
  [
    'a port with an address',
    'rancher:\n  network:\n    interfaces:\n      br0: {bridge: true, dhcp: true}\n      eth0: {bridge: br0, address: 10.0.0.1/24}\n',
    `cloud-config.yml:6:27: warning: rancher.network.interfaces.eth0.address: \`eth0\` belongs to \`br0\`, and what belongs to a bridge has no address of its own
        eth0: {bridge: br0, address: 10.0.0.1/24}
                            ^
  expected: \`address\` at the bridge
  fix: move it to the entry of br0`
  ],
  [
    'a port of a bond with a lease',
    'rancher:\n  network:\n    interfaces:\n      bond0: {bond_opts: {mode: "1"}}\n      eth0: {bond: bond0, dhcp: true}\n',
    `cloud-config.yml:6:27: warning: rancher.network.interfaces.eth0.dhcp: \`eth0\` belongs to \`bond0\`, and what belongs to a bond has no address of its own
        eth0: {bond: bond0, dhcp: true}
                            ^
  expected: \`dhcp\` at the bond
  fix: move it to the entry of bond0`
  ],
  [
    'of a bridge and a bond',
    'rancher:\n  network:\n    interfaces:\n      br0: {bridge: true}\n      bond0: {dhcp: true}\n      eth0: {bridge: br0, bond: bond0}\n',
    `cloud-config.yml:7:14: warning: rancher.network.interfaces.eth0.bridge: \`eth0\` belongs to \`bond0\` by \`bond\`, and an interface belongs to one only
        eth0: {bridge: br0, bond: bond0}
               ^
  expected: one of the two
  fix: take one out`
  ]
]

t.test('links that do not fit together', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'an MTU',
    'rancher:\n  network:\n    interfaces:\n      eth0: {mtu: 9000, vlans: "100"}\n      eth0.100: {mtu: 9000}\n      eth1: {mtu: 0}\n      eth2: {mtu: 1280, address: "fd00::1/64"}\n'
  ],
  [
    'a bridge',
    'rancher:\n  network:\n    interfaces:\n      br0: {bridge: true, dhcp: true}\n      eth0: {bridge: br0}\n      eth1: {bridge: docker0}\n'
  ],
  [
    'a bond',
    'rancher:\n  network:\n    interfaces:\n      bond0: {bond_opts: {mode: "1"}, dhcp: true}\n      eth0: {bond: bond0}\n      eth1: {bond: bond0, dhcp: false}\n'
  ],
  [
    'a wireless network',
    'rancher:\n  network:\n    interfaces: {wlan0: {wifi_network: home}}\n    wifi_networks: {home: {ssid: home}}\n'
  ]
]

t.test('links that fit together are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
