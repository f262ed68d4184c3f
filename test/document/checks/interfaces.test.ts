import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'one MAC address, spelled in two ways',
    'rancher:\n  network:\n    interfaces:\n      mac=52:54:00:12:34:56: {dhcp: true}\n      wan: {match: "mac:52-54-00-12-34-56", mtu: 1400}\n',
    `cloud-config.yml:6:20: rancher.network.interfaces.wan.match: entry \`mac=52:54:00:12:34:56\` claims the MAC address 52:54:00:12:34:56 already
        wan: {match: "mac:52-54-00-12-34-56", mtu: 1400}
                     ^
  expected: one entry for each interface
  fix: put both into one entry, or take one of them out`
  ],
  [
    'one name',
    'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp: true}\n      lan:\n        match: eth0\n        dhcp: true\n',
    `cloud-config.yml:7:16: rancher.network.interfaces.lan.match: entry \`eth0\` claims the interface eth0 already
          match: eth0
                 ^
  expected: one entry for each interface
  fix: put both into one entry, or take one of them out`
  ],
  [
    'one pattern',
    'rancher:\n  network:\n    interfaces:\n      eth*: {dhcp: true}\n      all: {match: "eth*", mtu: 1400}\n',
    `cloud-config.yml:6:20: rancher.network.interfaces.all.match: entry \`eth*\` claims the pattern eth* already
        all: {match: "eth*", mtu: 1400}
                     ^
  expected: one entry for each interface
  fix: put both into one entry, or take one of them out`
  ],
  [
    'a MAC address that is none',
    'rancher:\n  network:\n    interfaces:\n      mac=525400123456: {dhcp: true}\n',
    `cloud-config.yml:5:7: warning: rancher.network.interfaces.mac=525400123456: \`525400123456\` is no MAC address, so the entry is for no interface
        mac=525400123456: {dhcp: true}
        ^
  expected: six pairs of hexadecimal digits, for instance mac=52:54:00:12:34:56
  fix: write mac=52:54:00:12:34:56`
  ],
  [
    'a long name',
    'rancher:\n  network:\n    interfaces:\n      a-very-long-interface: {dhcp: true}\n',
    `cloud-config.yml:5:7: rancher.network.interfaces.a-very-long-interface: the name \`a-very-long-interface\` is longer than 15 characters
        a-very-long-interface: {dhcp: true}
        ^
  expected: the name of an interface, at most 15 characters, for instance eth0
  fix: correct the name; \`ip link\` shows those of this machine`
  ],
  [
    'a name with a slash',
    'rancher:\n  network:\n    interfaces:\n      eth/0: {dhcp: true}\n',
    `cloud-config.yml:5:7: rancher.network.interfaces.eth/0: the name \`eth/0\` has a character that no interface has in its name
        eth/0: {dhcp: true}
        ^
  expected: the name of an interface, at most 15 characters, for instance eth0
  fix: correct the name; \`ip link\` shows those of this machine`
  ]
]

t.test('entries for one interface, and for none', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'names',
    'rancher:\n  network:\n    interfaces:\n      eth0: {dhcp: true}\n      eth1: {dhcp: true}\n      "eth*": {dhcp: false}\n      "mac=52:54:*": {mtu: 1400}\n'
  ],
  [
    'MAC addresses',
    'rancher:\n  network:\n    interfaces:\n      mac=52:54:00:12:34:56: {dhcp: true}\n      mac=52:54:00:12:34:57: {dhcp: true}\n'
  ],
  ['a name of its own', 'rancher:\n  network:\n    interfaces:\n      lan: {match: eth0, dhcp: true}\n']
]

t.test('entries for different interfaces are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
