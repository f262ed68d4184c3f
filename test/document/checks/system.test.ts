import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a parameter without a directory',
    'rancher:\n  sysctl:\n    swappiness: 10\n',
    `cloud-config.yml:4:5: rancher.sysctl.swappiness: \`swappiness\` is no kernel parameter
      swappiness: 10
      ^
  expected: names of directories and a file below /proc/sys, for instance net.ipv4.ip_forward
  fix: write the whole name; \`sysctl -a\` lists them`
  ],
  [
    'a parameter outside',
    'rancher:\n  sysctl:\n    net/../../etc/passwd: 10\n',
    `cloud-config.yml:4:5: rancher.sysctl."net/../../etc/passwd": \`net/../../etc/passwd\` is no kernel parameter
  expected: names of directories and a file below /proc/sys, for instance net.ipv4.ip_forward
  fix: write the whole name; \`sysctl -a\` lists them`
  ],
  [
    'a parameter with a space',
    'rancher:\n  sysctl:\n    "vm swappiness.x": 10\n',
    `cloud-config.yml:4:5: rancher.sysctl.vm swappiness.x: \`vm swappiness.x\` is no kernel parameter
      "vm swappiness.x": 10
      ^
  expected: names of directories and a file below /proc/sys, for instance net.ipv4.ip_forward
  fix: write the whole name; \`sysctl -a\` lists them`
  ],
  [
    'a file of a module',
    'rancher:\n  modules: [/lib/modules/overlay.ko]\n',
    `cloud-config.yml:3:13: rancher.modules[0]: \`/lib/modules/overlay.ko\` is no name of a module
    modules: [/lib/modules/overlay.ko]
              ^
  expected: a name and its parameters, for instance \`nbd nbds_max=16\`
  fix: write overlay: modules are named without directory and \`.ko\``
  ],
  [
    'an empty module',
    'rancher:\n  modules: [overlay, ""]\n',
    `cloud-config.yml:3:22: rancher.modules[1]: names no module
    modules: [overlay, ""]
                       ^
  expected: a name and its parameters, for instance \`nbd nbds_max=16\`
  fix: correct the name, or take the element out`
  ],
  [
    'a variable',
    'rancher:\n  environment: {"A B": x}\n',
    `cloud-config.yml:3:17: warning: rancher.environment.A B: \`A B\` is no name that a variable can have
    environment: {"A B": x}
                  ^
  expected: NAME, or SERVICE/NAME for one service
  fix: write the name without spaces and \`=\``
  ],
  [
    'a source',
    'rancher:\n  cloud_init:\n    datasources: [configdriv, "file"]\n',
    `cloud-config.yml:4:19: warning: rancher.cloud_init.datasources[0]: there is no source \`configdriv\`, did you mean \`configdrive\`?
      datasources: [configdriv, "file"]
                    ^
  expected: one of aliyun, azure, cloudstack, cmdline, configdrive, digitalocean, ec2, exoscale, file, gce, packet, proxmox, tftp, url, vmware
  fix: correct the name
cloud-config.yml:4:31: warning: rancher.cloud_init.datasources[1]: \`file\` does not say where
      datasources: [configdriv, "file"]
                                ^
  expected: file:WHERE
  fix: add a colon and the place`
  ],
  [
    'a service to restart',
    'rancher:\n  restart_services: [consol]\n',
    `cloud-config.yml:3:22: warning: rancher.restart_services[0]: there is no service \`consol\`, did you mean \`console\`?
    restart_services: [consol]
                       ^
  expected: the name of a service of the document
  fix: correct the name, or take it out`
  ],
  [
    'a service to include',
    'rancher:\n  services_include: {"a b": true}\n',
    `cloud-config.yml:3:22: warning: rancher.services_include.a b: \`a b\` names no service
    services_include: {"a b": true}
                       ^
  expected: a name of a repository, an address, or a file /var/lib/rancher/conf/NAME.yml
  fix: correct the name`
  ],
  [
    'a repository whose name leads elsewhere',
    'rancher:\n  repositories: {..: {url: /opt/repository}}\n',
    `cloud-config.yml:3:18: rancher.repositories."..": \`..\` is no name of a repository
    repositories: {..: {url: /opt/repository}}
                   ^
  expected: letters, digits, \`_\`, \`.\` and \`-\`
  fix: correct the name`
  ],
  [
    'too little time',
    'rancher:\n  shutdown_timeout: 3\n',
    `cloud-config.yml:3:21: note: rancher.shutdown_timeout: 3 s are too few to stop anything; 5 are taken
    shutdown_timeout: 3
                      ^
  expected: at least 5
  fix: give more`
  ]
]

t.test('parameters, modules and names that cannot be', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'parameters',
    'rancher:\n  sysctl: {net.ipv4.conf.eth0/100.rp_filter: 1, net/ipv4/ip_forward: 1, vm.swappiness: 10}\n'
  ],
  ['modules', 'rancher:\n  modules: [nbd nbds_max=16, br_netfilter, xt-mark]\n'],
  [
    'names',
    'rancher:\n  environment: {web/A: x, B: y}\n  restart_services: [console]\n  services_include: {open-vm-tools: true, /var/lib/rancher/conf/a.yml: true, "https://example.org/a.yml": false}\n'
  ],
  [
    'sources',
    'rancher:\n  cloud_init: {datasources: ["configdrive:/media/config-2", ec2, "url:http://example.org/x", "*"]}\n'
  ],
  ['time', 'rancher: {shutdown_timeout: 5}\n']
]

t.test('parameters, modules and names are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
