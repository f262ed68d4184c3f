import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'no id',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "lan"}\n',
    `cloud-config.yml:5:21: rancher.network.interfaces.eth0.vlans: \`lan\` is no VLAN
        eth0: {vlans: "lan"}
                      ^
  expected: ID or ID:name with ids from 1 to 4094, separated by commas, for instance 100,200:guests
  fix: correct the id`
  ],
  [
    'an id too large',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "100,4095"}\n',
    `cloud-config.yml:5:21: rancher.network.interfaces.eth0.vlans: \`4095\` is no VLAN
        eth0: {vlans: "100,4095"}
                      ^
  expected: ID or ID:name with ids from 1 to 4094, separated by commas, for instance 100,200:guests
  fix: correct the id`
  ],
  [
    'a long name',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "100:a-very-long-vlan-name"}\n',
    `cloud-config.yml:5:21: rancher.network.interfaces.eth0.vlans: the name \`a-very-long-vlan-name\` is longer than 15 characters
        eth0: {vlans: "100:a-very-long-vlan-name"}
                      ^
  expected: ID or ID:name with ids from 1 to 4094, separated by commas, for instance 100,200:guests
  fix: give it a shorter name, as ID:name`
  ],
  [
    'a long name of its own',
    'rancher:\n  network:\n    interfaces:\n      enp0s31f6abcd: {vlans: "4000"}\n',
    `cloud-config.yml:5:30: rancher.network.interfaces.enp0s31f6abcd.vlans: the name \`enp0s31f6abcd.4000\` is longer than 15 characters
        enp0s31f6abcd: {vlans: "4000"}
                               ^
  expected: ID or ID:name with ids from 1 to 4094, separated by commas, for instance 100,200:guests
  fix: give it a shorter name, as ID:name`
  ],
  [
    'twice',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "100,100:guests"}\n',
    `cloud-config.yml:5:21: rancher.network.interfaces.eth0.vlans: VLAN 100 is listed twice
        eth0: {vlans: "100,100:guests"}
                      ^
  expected: ID or ID:name with ids from 1 to 4094, separated by commas, for instance 100,200:guests
  fix: take one of the two out`
  ],
  [
    'one name for two',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "100:guests"}\n      eth1: {vlans: "100:guests"}\n',
    `cloud-config.yml:6:21: rancher.network.interfaces.eth1.vlans: \`eth0\` has a VLAN named \`guests\` already
        eth1: {vlans: "100:guests"}
                      ^
  expected: ID or ID:name with ids from 1 to 4094, separated by commas, for instance 100,200:guests
  fix: take one of the two out`
  ],
  [
    'without the interface below',
    'rancher:\n  network:\n    interfaces:\n      eth1: {dhcp: true}\n      eth0.100: {dhcp: true}\n',
    `cloud-config.yml:6:7: warning: rancher.network.interfaces.eth0.100: no entry is for \`eth0\`, the interface below this VLAN
        eth0.100: {dhcp: true}
        ^
  expected: \`vlans: "100"\` at the entry of eth0
  fix: add an entry eth0 with \`vlans: "100"\``
  ],
  [
    'not listed below',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "200"}\n      eth0.100: {dhcp: true}\n',
    `cloud-config.yml:6:7: warning: rancher.network.interfaces.eth0.100: nobody makes this VLAN: \`eth0\` does not list it
        eth0.100: {dhcp: true}
        ^
  expected: \`vlans: "100"\` at the entry of eth0
  fix: add 100 to \`vlans\` of eth0`
  ],
  [
    'not listed below, where a pattern is for it',
    'rancher:\n  network:\n    interfaces:\n      "eth*": {dhcp: true}\n      eth0.100: {dhcp: true}\n',
    `cloud-config.yml:6:7: warning: rancher.network.interfaces.eth0.100: nobody makes this VLAN: \`eth0\` does not list it
        eth0.100: {dhcp: true}
        ^
  expected: \`vlans: "100"\` at the entry of eth0
  fix: add an entry eth0 with \`vlans: "100"\``
  ]
]

t.test('VLANs that cannot be, and that nobody makes', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'by number',
    'rancher:\n  network:\n    interfaces:\n      eth0: {vlans: "100, 200:guests"}\n      eth0.100: {dhcp: true}\n      guests: {dhcp: true}\n'
  ],
  [
    'of a pattern',
    'rancher:\n  network:\n    interfaces:\n      "eth*": {vlans: "100"}\n      eth0.100: {dhcp: true}\n'
  ],
  [
    'of a card by its MAC address',
    'rancher:\n  network:\n    interfaces:\n      mac=52:54:00:12:34:56: {vlans: "100"}\n      eth0.100: {dhcp: true}\n'
  ]
]

t.test('VLANs that somebody makes are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
