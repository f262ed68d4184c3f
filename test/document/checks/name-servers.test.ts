import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'more than three servers',
    'rancher:\n  network:\n    dns:\n      nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]\n',
    `cloud-config.yml:5:51: warning: rancher.network.dns.nameservers[3]: programs ask the first three name servers, and 4 are listed
        nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]
                                                    ^
  expected: at most three
  fix: put the three that count first, and take the others out`
  ],
  [
    'more than three of an interface',
    'rancher:\n  network:\n    interfaces:\n      eth0: {dns: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]}}\n',
    `cloud-config.yml:5:64: warning: rancher.network.interfaces.eth0.dns.nameservers[3]: programs ask the first three name servers, and 4 are listed
        eth0: {dns: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]}}
                                                                 ^
  expected: at most three
  fix: put the three that count first, and take the others out`
  ],
  [
    `an interface's server that is none`,
    'rancher:\n  network:\n    interfaces:\n      eth0: {dns: {nameservers: [10.0.0.256]}}\n',
    `cloud-config.yml:5:34: warning: rancher.network.interfaces.eth0.dns.nameservers[0]: \`10.0.0.256\` is no address: 256 is more than 255
        eth0: {dns: {nameservers: [10.0.0.256]}}
                                   ^
  expected: an address, for instance 192.168.1.1
  fix: correct the address`
  ],
  [
    'an option that is none',
    'rancher:\n  network:\n    dns: {options: [rotat]}\n',
    `cloud-config.yml:4:21: warning: rancher.network.dns.options[0]: \`rotat\` is no option of resolv.conf(5), did you mean \`rotate\`?
      dns: {options: [rotat]}
                      ^
  expected: for instance \`rotate\`, \`edns0\`, \`ndots:2\` or \`timeout:3\`
  fix: correct the option`
  ],
  [
    'an option without its number',
    'rancher:\n  network:\n    dns: {options: [ndots]}\n',
    `cloud-config.yml:4:21: warning: rancher.network.dns.options[0]: \`ndots\` wants a number
      dns: {options: [ndots]}
                      ^
  expected: for instance \`ndots:2\`
  fix: correct the option`
  ],
  [
    'two options in one',
    'rancher:\n  network:\n    dns: {options: [rotate edns0]}\n',
    `cloud-config.yml:4:21: rancher.network.dns.options[0]: \`rotate edns0\` is not one word
      dns: {options: [rotate edns0]}
                      ^
  expected: one option, for instance \`ndots:2\`
  fix: make each option an entry of its own`
  ]
]

t.test('name servers and options that are not asked or not read', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'servers and options',
    'rancher:\n  network:\n    dns: {nameservers: [10.0.0.1, "fd00::1", 9.9.9.9], options: [rotate, ndots:2, timeout:1, attempts:3, edns0, trust-ad]}\n    interfaces:\n      eth0: {dns: {nameservers: [10.0.0.1]}}\n'
  ]
]

t.test('name servers and options that are read are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
