import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a mode of the process ids',
    'rancher:\n  services:\n    web:\n      image: nginx\n      pid: hots\n',
    `cloud-config.yml:6:12: warning: rancher.services.web.pid: \`hots\` is no mode, did you mean \`host\`?
        pid: hots
             ^
  expected: host, container:NAME
  fix: name one of these`
  ],
  [
    'a mode of messages',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ipc: hots\n',
    `cloud-config.yml:6:12: rancher.services.web.ipc: \`hots\` is no mode, did you mean \`host\`?
        ipc: hots
             ^
  expected: host, none, private, shareable, container:NAME
  fix: name one of these`
  ],
  [
    'a mode of the network',
    'rancher:\n  services:\n    web:\n      image: nginx\n      net: hst\n',
    `cloud-config.yml:6:12: warning: rancher.services.web.net: \`hst\` is no mode, did you mean \`host\`?
        net: hst
             ^
  expected: bridge, host, none, default, container:NAME
  fix: name one of these`
  ],
  [
    'the network of nobody',
    'rancher:\n  services:\n    web:\n      image: nginx\n      net: "container:"\n',
    `cloud-config.yml:6:12: rancher.services.web.net: \`container:\` is no mode
        net: "container:"
             ^
  expected: bridge, host, none, default, container:NAME
  fix: name one of these`
  ],
  [
    'links in the network of the machine',
    'rancher:\n  services:\n    web: {image: nginx, net: host, links: [db]}\n    db: {image: postgres}\n',
    `cloud-config.yml:4:36: rancher.services.web.links: cannot be set in the network of the machine
      web: {image: nginx, net: host, links: [db]}
                                     ^
  expected: no \`links\` beside \`net: host\`
  fix: take \`links\` or \`net\` out`
  ],
  [
    'ports in the network of another',
    'rancher:\n  services:\n    web: {image: nginx, network_mode: "container:db", ports: ["80:80"]}\n    db: {image: postgres}\n',
    `cloud-config.yml:4:55: rancher.services.web.ports: cannot be set in the network of another container
      web: {image: nginx, network_mode: "container:db", ports: ["80:80"]}
                                                        ^
  expected: no \`ports\` beside \`network_mode: container:db\`
  fix: take \`ports\` or \`network_mode\` out`
  ],
  [
    'a name with those of the machine',
    'rancher:\n  services:\n    web:\n      image: nginx\n      uts: host\n      hostname: web\n',
    `cloud-config.yml:7:7: rancher.services.web.hostname: cannot be set with the names of the machine
        hostname: web
        ^
  expected: no \`hostname\` and \`domainname\` beside \`uts: host\`
  fix: take it or \`uts\` out`
  ],
  [
    'parameters of the network of the machine',
    'rancher:\n  services:\n    web:\n      image: nginx\n      net: host\n      sysctls: {net.core.somaxconn: 1024}\n',
    `cloud-config.yml:7:17: rancher.services.web.sysctls.net.core.somaxconn: is the machine's here, not the container's
        sysctls: {net.core.somaxconn: 1024}
                  ^
  expected: a parameter that the container has to itself
  fix: set it in \`rancher.sysctl\``
  ],
  [
    'parameters of the machine',
    'rancher:\n  services:\n    web:\n      image: nginx\n      sysctls: {vm.swappiness: 10}\n',
    `cloud-config.yml:6:17: rancher.services.web.sysctls.vm.swappiness: belongs to the machine; no container has it of its own
        sysctls: {vm.swappiness: 10}
                  ^
  expected: a parameter that the container has to itself
  fix: set it in \`rancher.sysctl\``
  ],
  [
    'a host',
    'rancher:\n  services:\n    web:\n      image: nginx\n      extra_hosts: ["db=10.0.0.1"]\n',
    `cloud-config.yml:6:21: rancher.services.web.extra_hosts[0]: \`db=10.0.0.1\` is no line of /etc/hosts
        extra_hosts: ["db=10.0.0.1"]
                      ^
  expected: NAME:ADDRESS, for instance db:10.0.0.5
  fix: give a name and an address`
  ],
  [
    'a MAC address',
    'rancher:\n  services:\n    web:\n      image: nginx\n      mac_address: "02:42:ac:11:00"\n',
    `cloud-config.yml:6:20: rancher.services.web.mac_address: \`02:42:ac:11:00\` is no MAC address
        mac_address: "02:42:ac:11:00"
                     ^
  expected: six pairs of hexadecimal digits, for instance 02:42:ac:11:00:02
  fix: correct it, or leave it out`
  ],
  [
    'a name server',
    'rancher:\n  services:\n    web:\n      image: nginx\n      dns: dns.example.org\n',
    `cloud-config.yml:6:12: warning: rancher.services.web.dns[0]: \`dns.example.org\` is no address of a name server
        dns: dns.example.org
             ^
  expected: an address, for instance 9.9.9.9
  fix: give the address of the server, not its name`
  ]
]

t.test('namespaces that are none, and what excludes itself in them', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'all of the machine',
    'rancher:\n  services:\n    web:\n      image: nginx\n      net: host\n      pid: host\n      ipc: host\n      uts: host\n'
  ],
  ['a network that people make', 'rancher:\n  services:\n    web:\n      image: nginx\n      net: backend\n'],
  [
    'parameters of its own',
    'rancher:\n  services:\n    web:\n      image: nginx\n      sysctls: {net.core.somaxconn: 1024, kernel.shmmax: 1000000}\n'
  ],
  [
    'names',
    'rancher:\n  services:\n    web:\n      image: nginx\n      extra_hosts: ["db:10.0.0.1", "six:fd00::1", "host:host-gateway"]\n      mac_address: 02-42-ac-11-00-02\n      dns: [9.9.9.9]\n'
  ]
]

t.test('namespaces are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
