import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a large number',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.256/24}\n',
    `cloud-config.yml:5:23: rancher.network.interfaces.eth0.address: \`10.0.0.256/24\` is no address: 256 is more than 255
        eth0: {address: 10.0.0.256/24}
                        ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: correct the address`
  ],
  [
    'a long prefix',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.1/33}\n',
    `cloud-config.yml:5:23: rancher.network.interfaces.eth0.address: \`10.0.0.1/33\` is no address: its network has at most 32 bits
        eth0: {address: 10.0.0.1/33}
                        ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: correct the address`
  ],
  [
    'a long prefix of IPv6',
    'rancher:\n  network:\n    interfaces:\n      eth0: {addresses: ["fd00::1/129"]}\n',
    `cloud-config.yml:5:26: rancher.network.interfaces.eth0.addresses[0]: \`fd00::1/129\` is no address: its network has at most 128 bits
        eth0: {addresses: ["fd00::1/129"]}
                           ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: correct the address`
  ],
  [
    'three numbers',
    'rancher:\n  network:\n    interfaces:\n      eth0: {addresses: [10.0.0/24]}\n',
    `cloud-config.yml:5:26: rancher.network.interfaces.eth0.addresses[0]: \`10.0.0/24\` is no address: it has not four numbers
        eth0: {addresses: [10.0.0/24]}
                           ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: correct the address`
  ],
  [
    'a leading zero',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 010.0.0.1/24}\n',
    `cloud-config.yml:5:23: rancher.network.interfaces.eth0.address: \`010.0.0.1/24\` is no address: a leading zero means octal to some
        eth0: {address: 010.0.0.1/24}
                        ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: correct the address`
  ],
  [
    'a network',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 192.168.1.0/24}\n',
    `cloud-config.yml:5:23: warning: rancher.network.interfaces.eth0.address: \`192.168.1.0/24\` is a network, not an address in it
        eth0: {address: 192.168.1.0/24}
                        ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: give the address of the interface in this network`
  ],
  [
    'that of many',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 224.0.0.5/24}\n',
    `cloud-config.yml:5:23: warning: rancher.network.interfaces.eth0.address: \`224.0.0.5/24\` is an address of many, not of one interface
        eth0: {address: 224.0.0.5/24}
                        ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: give it an address of its own`
  ],
  [
    'that of many of IPv6',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: "ff02::5/64"}\n',
    `cloud-config.yml:5:23: rancher.network.interfaces.eth0.address: \`ff02::5/64\` is an address of many, not of one interface
        eth0: {address: "ff02::5/64"}
                        ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: give it an address of its own`
  ],
  [
    'two interfaces with one address',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.1/24}\n      eth1: {addresses: [10.0.0.1/16]}\n',
    `cloud-config.yml:6:26: warning: rancher.network.interfaces.eth1.addresses[0]: interface \`eth0\` has the address 10.0.0.1 too
        eth1: {addresses: [10.0.0.1/16]}
                           ^
  expected: each address once
  fix: take one of the two out`
  ],
  [
    'one listed twice',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: "fd00::1/64", addresses: ["fd00:0::1/64"]}\n',
    `cloud-config.yml:5:49: note: rancher.network.interfaces.eth0.addresses[0]: fd00::1 is listed twice
        eth0: {address: "fd00::1/64", addresses: ["fd00:0::1/64"]}
                                                  ^
  expected: each address once
  fix: take one of the two out`
  ],
  [
    'a name server',
    'rancher:\n  network:\n    dns:\n      nameservers: [9.9.9.9, 8.8.8.888]\n',
    `cloud-config.yml:5:30: warning: rancher.network.dns.nameservers[1]: \`8.8.8.888\` is no address: 888 is more than 255
        nameservers: [9.9.9.9, 8.8.8.888]
                               ^
  expected: an address, for instance 9.9.9.9
  fix: correct the address`
  ],
  [
    'an address of sshd',
    'rancher:\n  ssh: {listen_address: "10.0.0"}\n',
    `cloud-config.yml:3:25: rancher.ssh.listen_address: \`10.0.0\` is no address: it has not four numbers
    ssh: {listen_address: "10.0.0"}
                          ^
  expected: an address, for instance 192.168.1.10
  fix: correct the address`
  ],
  [
    'a wireless network',
    'rancher:\n  network:\n    wifi_networks:\n      home: {ssid: home, address: 10.0.0.300/24, gateway: "10.0.0"}\n',
    `cloud-config.yml:5:35: rancher.network.wifi_networks.home.address: \`10.0.0.300/24\` is no address: 300 is more than 255
        home: {ssid: home, address: 10.0.0.300/24, gateway: "10.0.0"}
                                    ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: correct the address
cloud-config.yml:5:59: rancher.network.wifi_networks.home.gateway: \`10.0.0\` is no address: it has not four numbers
        home: {ssid: home, address: 10.0.0.300/24, gateway: "10.0.0"}
                                                            ^
  expected: an address, for instance 192.168.1.1
  fix: correct the address`
  ]
]

t.test("addresses that are none, or somebody else's", async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'of both families',
    'rancher:\n  network:\n    interfaces:\n      eth0: {addresses: [10.0.0.2/24, 10.0.1.2/24, "fd00::2/64"]}\n      eth1: {address: 10.0.0.3/24}\n'
  ],
  [
    'of two in one network',
    'rancher:\n  network:\n    interfaces:\n      eth0: {address: 10.0.0.0/31}\n      eth1: {address: 10.0.0.1/32}\n'
  ],
  [
    'of name servers and sshd',
    'rancher:\n  network: {dns: {nameservers: [9.9.9.9, "fd00::1"]}}\n  ssh: {listen_address: "::"}\n'
  ]
]

t.test('addresses are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
