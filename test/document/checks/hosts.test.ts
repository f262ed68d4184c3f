import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'no address',
    'rancher:\n  network:\n    hosts:\n      192.168.1.500: [nas]\n',
    `cloud-config.yml:5:7: rancher.network.hosts.192.168.1.500: \`192.168.1.500\` is no address: 500 is more than 255
        192.168.1.500: [nas]
        ^
  expected: an address, for instance 192.168.1.5
  fix: correct the address`
  ],
  [
    'a network',
    'rancher:\n  network:\n    hosts:\n      192.168.1.0/24: [nas]\n',
    `cloud-config.yml:5:7: rancher.network.hosts.192.168.1.0/24: \`192.168.1.0/24\` is no address
        192.168.1.0/24: [nas]
        ^
  expected: an address, for instance 192.168.1.5
  fix: correct the address`
  ],
  [
    'a name with a space',
    'rancher:\n  network:\n    hosts:\n      192.168.1.5: [nas lan]\n',
    `cloud-config.yml:5:21: rancher.network.hosts.192.168.1.5[0]: \`nas lan\` is no name of a machine
        192.168.1.5: [nas lan]
                      ^
  expected: letters, digits, hyphens and dots
  fix: correct the name`
  ],
  [
    `the machine's own address`,
    'rancher:\n  network:\n    hosts:\n      127.0.1.1: [nas]\n',
    `cloud-config.yml:5:7: rancher.network.hosts.127.0.1.1: 127.0.1.1 is the machine itself, under its own \`hostname\`
        127.0.1.1: [nas]
        ^
  expected: addresses of other machines
  fix: give another address, or set \`hostname\``
  ],
  [
    `the machine's own name`,
    'hostname: web-1.lan\nrancher:\n  network:\n    hosts:\n      192.168.1.5: [WEB-1]\n',
    `cloud-config.yml:6:21: warning: rancher.network.hosts.192.168.1.5[0]: \`WEB-1\` is the name of this machine, which has it as 127.0.1.1 or 127.0.0.1
        192.168.1.5: [WEB-1]
                      ^
  expected: names of other machines
  fix: take it out`
  ],
  [
    'one name for two machines',
    'rancher:\n  network:\n    hosts:\n      192.168.1.5: [nas, db]\n      192.168.1.6: [db]\n',
    `cloud-config.yml:6:21: warning: rancher.network.hosts.192.168.1.6[0]: \`db\` is 192.168.1.5 already; the first counts
        192.168.1.6: [db]
                      ^
  expected: each name once for IPv4 and once for IPv6
  fix: take one of the two out`
  ],
  [
    'a name twice',
    'rancher:\n  network:\n    hosts:\n      192.168.1.5: [nas, nas]\n',
    `cloud-config.yml:5:26: warning: rancher.network.hosts.192.168.1.5[1]: \`nas\` is listed twice
        192.168.1.5: [nas, nas]
                           ^
  expected: each name once for IPv4 and once for IPv6
  fix: take one of the two out`
  ],
  [
    'a file that is written as well',
    'write_files:\n  - {path: /etc/hosts, content: x}\nrancher:\n  network:\n    hosts:\n      192.168.1.5: [nas]\n',
    `cloud-config.yml:6:5: warning: rancher.network.hosts: \`write_files\` has the whole of /etc/hosts, so these names are not written
      hosts:
      ^
  expected: one of the two
  fix: take /etc/hosts out of \`write_files\`, or put the names into it`
  ]
]

t.test('names of other machines that lead nowhere', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'names',
    'hostname: web-1\nrancher:\n  network:\n    hosts:\n      192.168.1.5: [nas, nas.lan]\n      fd00::5: [nas]\n      192.168.1.6: db\n'
  ],
  [
    'a file in a container',
    'write_files:\n  - {path: /etc/hosts, content: x, container: ntp}\nrancher:\n  services: {ntp: {image: i, labels: {io.rancher.os.scope: system}}}\n  network:\n    hosts:\n      192.168.1.5: [nas]\n'
  ]
]

t.test('names of other machines are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
