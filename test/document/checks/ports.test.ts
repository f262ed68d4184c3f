import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'no port',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: ["80:http"]\n',
    `cloud-config.yml:6:15: rancher.services.web.ports[0]: '80:http' is not a port
        ports: ["80:http"]
                ^
  expected: HOST:CONTAINER, for instance 8080:80
  fix: write it as HOST:CONTAINER or ADDRESS:HOST:CONTAINER`
  ],
  [
    'nothing',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: [""]\n',
    `cloud-config.yml:6:15: rancher.services.web.ports[0]: '' is not a port
        ports: [""]
                ^
  expected: HOST:CONTAINER, for instance 8080:80
  fix: write it as HOST:CONTAINER or ADDRESS:HOST:CONTAINER`
  ],
  [
    'a variable that is set nowhere',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: ["80:${PORT}"]\n',
    `cloud-config.yml:6:15: warning: rancher.services.web.ports[0]: '80:' is not a port; \`PORT\` is set nowhere
        ports: ["80:\${PORT}"]
                ^
  expected: HOST:CONTAINER, for instance 8080:80
  fix: set PORT in \`rancher.environment\`, or write \`\${PORT:-…}\` with a default`
  ],
  [
    'a protocol',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: ["80:80/icmp"]\n',
    `cloud-config.yml:6:15: rancher.services.web.ports[0]: port '80:80/icmp' is of no protocol there is
        ports: ["80:80/icmp"]
                ^
  expected: tcp, udp or sctp, for instance 53:53/udp
  fix: write it as HOST:CONTAINER or ADDRESS:HOST:CONTAINER`
  ],
  [
    'an address',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: ["80", "300.1.1.1:80:80"]\n',
    `cloud-config.yml:6:21: rancher.services.web.ports[1]: port '300.1.1.1:80:80': '300.1.1.1' is no address
        ports: ["80", "300.1.1.1:80:80"]
                      ^
  expected: for instance 127.0.0.1:8080:80
  fix: write it as HOST:CONTAINER or ADDRESS:HOST:CONTAINER`
  ],
  [
    'ranges of two lengths',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: ["8000-8001:80-82"]\n',
    `cloud-config.yml:6:15: rancher.services.web.ports[0]: port '8000-8001:80-82': the two ranges have different lengths
        ports: ["8000-8001:80-82"]
                ^
  expected: for instance 8000-8003:80-83
  fix: write it as HOST:CONTAINER or ADDRESS:HOST:CONTAINER`
  ],
  [
    'twice in one service',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports:\n        - 80:80\n        - 80:8080\n',
    `cloud-config.yml:8:11: rancher.services.web.ports[1]: port 80/tcp is published by this service already, as \`80:80\`
          - 80:8080
            ^
  expected: each port of the machine once
  fix: give one of the two another port, or each an address of its own`
  ],
  [
    'twice in two services',
    'rancher:\n  services:\n    a: {image: x, ports: ["8080:80"]}\n    b: {image: x, ports: ["127.0.0.1:8080:80"]}\n',
    `cloud-config.yml:5:27: rancher.services.b.ports[0]: port 8080/tcp is published by service \`a\` already, as \`8080:80\`
      b: {image: x, ports: ["127.0.0.1:8080:80"]}
                            ^
  expected: each port of the machine once
  fix: give one of the two another port, or each an address of its own`
  ],
  [
    'within a range',
    'rancher:\n  services:\n    a: {image: x, ports: ["8000-8010:8000-8010"]}\n    b: {image: x, ports: ["8005:80"]}\n',
    `cloud-config.yml:5:27: rancher.services.b.ports[0]: port 8005/tcp is published by service \`a\` already, as \`8000-8010:8000-8010\`
      b: {image: x, ports: ["8005:80"]}
                            ^
  expected: each port of the machine once
  fix: give one of the two another port, or each an address of its own`
  ],
  [
    'all of one family',
    'rancher:\n  services:\n    a: {image: x, ports: ["0.0.0.0:53:53/udp"]}\n    b: {image: x, ports: ["10.0.0.1:53:53/udp"]}\n',
    `cloud-config.yml:5:27: rancher.services.b.ports[0]: port 53/udp is published by service \`a\` already, as \`0.0.0.0:53:53/udp\`
      b: {image: x, ports: ["10.0.0.1:53:53/udp"]}
                            ^
  expected: each port of the machine once
  fix: give one of the two another port, or each an address of its own`
  ],
  [
    'one that ends',
    'rancher:\n  services:\n    a: {image: x, ports: ["80:80"], labels: {io.rancher.os.detach: "false"}}\n    b: {image: x, ports: ["80:80"]}\n',
    `cloud-config.yml:5:27: warning: rancher.services.b.ports[0]: port 80/tcp is published by service \`a\` already, as \`80:80\`
      b: {image: x, ports: ["80:80"]}
                            ^
  expected: each port of the machine once
  fix: give one of the two another port, or each an address of its own`
  ],
  [
    'that of sshd',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: ["22:22"]\n',
    `cloud-config.yml:6:15: warning: rancher.services.web.ports[0]: port 22/tcp is that of the machine's own ssh server
        ports: ["22:22"]
                ^
  expected: a port that nothing of the machine listens on
  fix: publish another port, or move the ssh server with \`rancher.ssh.port\``
  ],
  [
    'in the network of the machine',
    'rancher:\n  services:\n    web:\n      image: nginx\n      net: host\n      ports: ["80:80"]\n',
    `cloud-config.yml:7:7: warning: rancher.services.web.ports: does nothing in the network of the machine, whose ports are the service's own
        ports: ["80:80"]
        ^
  expected: no \`ports\` beside \`net: host\`
  fix: take it out`
  ],
  [
    'of System Docker',
    'rancher:\n  system_docker: {bridge: none}\n  services:\n    web:\n      image: nginx\n      ports: ["80:80"]\n      labels: {io.rancher.os.scope: system}\n',
    `cloud-config.yml:7:7: warning: rancher.services.web.ports: does nothing: System Docker has no bridge to publish ports of
        ports: ["80:80"]
        ^
  expected: \`net: host\`, or a service of User Docker
  fix: add \`net: host\`, or take the label \`io.rancher.os.scope\` away`
  ]
]

t.test('ports that cannot be, or are taken', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  ['ports', 'rancher:\n  services:\n    a: {image: x, ports: ["80:80"]}\n    b: {image: x, ports: ["81:80"]}\n'],
  [
    'protocols',
    'rancher:\n  services:\n    a: {image: x, ports: ["53:53/tcp"]}\n    b: {image: x, ports: ["53:53/udp"]}\n'
  ],
  [
    'addresses',
    'rancher:\n  services:\n    a: {image: x, ports: ["10.0.0.1:80:80"]}\n    b: {image: x, ports: ["10.0.0.2:80:80"]}\n'
  ],
  [
    'families',
    'rancher:\n  services:\n    a: {image: x, ports: ["0.0.0.0:80:80"]}\n    b: {image: x, ports: ["[::]:80:80"]}\n'
  ],
  [
    'picked by the engine',
    'rancher:\n  services:\n    a: {image: x, ports: ["80"]}\n    b: {image: x, ports: ["80"]}\n'
  ],
  [
    'one of a range',
    'rancher:\n  services:\n    a: {image: x, ports: ["8000-8010:80"]}\n    b: {image: x, ports: ["8000-8010:80"]}\n'
  ],
  [
    'never started',
    'rancher:\n  services:\n    a: {image: x, ports: ["80:80"], labels: {io.rancher.os.createonly: "true"}}\n    b: {image: x, ports: ["80:80"]}\n'
  ],
  [
    'the port of an ssh server that is off',
    'rancher:\n  ssh: {daemon: false}\n  services: {a: {image: x, ports: ["22:22"]}}\n'
  ],
  [
    'picked by the engine, for want of a variable',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ports: ["${PORT}:80"]\n'
  ]
]

t.test('ports that differ in one thing are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
