import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'an address of the bridge',
    'rancher:\n  docker: {bip: 172.18.42.1/40}\n',
    `cloud-config.yml:3:17: rancher.docker.bip: \`172.18.42.1/40\` is no address: its network has at most 32 bits
    docker: {bip: 172.18.42.1/40}
                  ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: correct the address`
  ],
  [
    'a network for the bridge',
    'rancher:\n  system_docker: {bip: 172.18.0.0/16}\n',
    `cloud-config.yml:3:24: warning: rancher.system_docker.bip: \`172.18.0.0/16\` is a network, not an address in it
    system_docker: {bip: 172.18.0.0/16}
                         ^
  expected: an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64
  fix: give the address of the interface in this network`
  ],
  [
    'a socket',
    'rancher:\n  docker:\n    host: [/run/docker.sock]\n',
    `cloud-config.yml:4:12: rancher.docker.host[0]: \`/run/docker.sock\` is nothing to listen on
      host: [/run/docker.sock]
             ^
  expected: unix:///PATH or tcp://ADDRESS:PORT
  fix: write unix:///run/docker.sock`
  ],
  [
    'a registry with a scheme',
    'rancher:\n  docker: {insecure_registry: ["http://registry.lan:5000/"]}\n',
    `cloud-config.yml:3:32: rancher.docker.insecure_registry[0]: \`http://registry.lan:5000/\` is no registry
    docker: {insecure_registry: ["http://registry.lan:5000/"]}
                                 ^
  expected: a host with or without a port, or a network, for instance registry.lan:5000 or 10.0.0.0/8
  fix: write registry.lan:5000`
  ],
  [
    'a mirror',
    'rancher:\n  docker: {registry_mirror: mirror.example.org}\n',
    `cloud-config.yml:3:29: rancher.docker.registry_mirror: \`mirror.example.org\` is no mirror
    docker: {registry_mirror: mirror.example.org}
                              ^
  expected: http:// or https:// and a host, without a path, for instance https://mirror.example.org
  fix: write https://mirror.example.org`
  ],
  [
    'a variable',
    'rancher:\n  docker: {environment: [HTTPS_PROXY]}\n',
    `cloud-config.yml:3:26: rancher.docker.environment[0]: \`HTTPS_PROXY\` sets no variable
    docker: {environment: [HTTPS_PROXY]}
                           ^
  expected: NAME=value, for instance HTTPS_PROXY=http://proxy.example.org:3128
  fix: write a name, \`=\` and a value`
  ],
  [
    'credentials, which are not shown',
    'rancher:\n  registry_auths:\n    registry.example.org: {auth: c2VjcmV0}\n',
    `cloud-config.yml:4:34: rancher.registry_auths.registry.example.org.auth: is not the base64 of a user, a colon and a password
  expected: base64 of user:password, as \`auths\` of ~/.docker/config.json has it
  fix: copy it again, or write \`username\` and \`password\` in its place`
  ]
]

t.test('options that would keep an engine from its work', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'of the engine',
    'rancher:\n  docker: {bip: 172.18.42.1/16, host: ["unix:///run/docker.sock", "tcp://0.0.0.0:2376"], registry_mirror: "https://mirror.example.org/", environment: [A=]}\n'
  ],
  ['credentials', 'rancher:\n  registry_auths: {registry.example.org: {auth: dXNlcjpwYXNzOndvcmQ=}}\n']
]

t.test('options are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
