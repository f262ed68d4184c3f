import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a link with a slip in it',
    'rancher:\n  services:\n    web: {image: nginx, links: ["postgers:db"]}\n    postgres: {image: postgres}\n',
    `cloud-config.yml:4:33: rancher.services.web.links[0]: there is no service \`postgers\`, did you mean \`postgres\`?
      web: {image: nginx, links: ["postgers:db"]}
                                  ^
  expected: the name of a service of the document
  fix: correct the name, or add the service`
  ],
  [
    'a dependency',
    'rancher:\n  services:\n    web:\n      image: nginx\n      depends_on:\n        cache: {}\n',
    `cloud-config.yml:7:9: rancher.services.web.depends_on.cache: there is no service \`cache\`
          cache: {}
          ^
  expected: the name of a service of the document
  fix: correct the name, or add the service`
  ],
  [
    'an optional dependency',
    'rancher:\n  services:\n    web:\n      image: nginx\n      depends_on:\n        cache: {required: false}\n',
    `cloud-config.yml:7:9: warning: rancher.services.web.depends_on.cache: there is no service \`cache\`
          cache: {required: false}
          ^
  expected: the name of a service of the document
  fix: correct the name, or take it out: it orders nothing`
  ],
  [
    'volumes of what every object has',
    'rancher:\n  services:\n    web: {image: nginx, volumes_from: [constructor]}\n',
    `cloud-config.yml:4:40: rancher.services.web.volumes_from[0]: there is no service \`constructor\`
      web: {image: nginx, volumes_from: [constructor]}
                                         ^
  expected: the name of a service of the document
  fix: correct the name, or add the service`
  ],
  [
    'a network',
    'rancher:\n  services:\n    web: {image: nginx, net: "container:vpn"}\n',
    `cloud-config.yml:4:30: rancher.services.web.net: there is no service \`vpn\`
      web: {image: nginx, net: "container:vpn"}
                               ^
  expected: the name of a service of the document
  fix: correct the name, or add the service`
  ],
  [
    'an order nobody keeps',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels:\n        io.rancher.os.after: consol, console\n',
    `cloud-config.yml:7:30: warning: rancher.services.web.labels.io.rancher.os.after: there is no service \`consol\`, did you mean \`console\`?
          io.rancher.os.after: consol, console
                               ^
  expected: the name of a service of the document
  fix: correct the name, or take it out: it orders nothing`
  ],
  [
    'links across engines',
    'rancher:\n  services:\n    web: {image: nginx, links: [agent]}\n    agent: {image: agent, labels: {io.rancher.os.scope: system}}\n',
    `cloud-config.yml:4:33: rancher.services.web.links[0]: \`agent\` runs on System Docker, where User Docker does not see it
      web: {image: nginx, links: [agent]}
                                  ^
  expected: a service of User Docker
  fix: put both on one engine with the label \`io.rancher.os.scope\``
  ],
  [
    'dependencies across engines',
    'rancher:\n  services:\n    web: {image: nginx, depends_on: [agent]}\n    agent: {image: agent, labels: {io.rancher.os.scope: system}}\n',
    `cloud-config.yml:4:38: warning: rancher.services.web.depends_on.agent: \`agent\` runs on System Docker, and nothing on User Docker waits for it
      web: {image: nginx, depends_on: [agent]}
                                       ^
  expected: a service of User Docker
  fix: take it out, or put both on one engine with the label \`io.rancher.os.scope\``
  ],
  [
    'order across engines',
    'rancher:\n  services:\n    web: {image: nginx, labels: {io.rancher.os.after: agent}}\n    agent: {image: agent, labels: {io.rancher.os.scope: system, io.rancher.os.after: docker}}\n',
    `cloud-config.yml:4:55: warning: rancher.services.web.labels.io.rancher.os.after: \`agent\` runs on System Docker, and nothing on User Docker waits for it
      web: {image: nginx, labels: {io.rancher.os.after: agent}}
                                                        ^
  expected: a service of User Docker
  fix: take it out, or put both on one engine with the label \`io.rancher.os.scope\``
  ],
  [
    'order across engines, the other way',
    'rancher:\n  services:\n    agent: {image: agent, labels: {io.rancher.os.scope: system, io.rancher.os.after: web}}\n    web: {image: nginx}\n',
    `cloud-config.yml:4:86: warning: rancher.services.agent.labels.io.rancher.os.after: \`web\` runs on User Docker, and nothing on System Docker waits for it
      agent: {image: agent, labels: {io.rancher.os.scope: system, io.rancher.os.after: web}}
                                                                                       ^
  expected: a service of System Docker
  fix: take it out, or put both on one engine with the label \`io.rancher.os.scope\``
  ]
]

t.test('services that name others which are not there or out of reach', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'services of the document',
    'rancher:\n  services:\n    web: {image: nginx, links: ["db:sql"], depends_on: [db], volumes_from: ["db:ro"], pid: "container:db"}\n    db: {image: postgres}\n'
  ],
  ['links to the outside', 'rancher:\n  services:\n    web: {image: nginx, external_links: [somebody]}\n'],
  [
    'services of the image',
    'rancher:\n  services:\n    agent: {image: agent, volumes_from: [all-volumes], labels: {io.rancher.os.scope: system, io.rancher.os.after: "network, console"}}\n'
  ],
  [
    'services of RancherOS',
    'rancher:\n  services:\n    agent: {image: agent, labels: {io.rancher.os.scope: system, io.rancher.os.after: cloud-init, io.rancher.os.before: preload-user-images}}\n'
  ],
  [
    'user services after what User Docker is after',
    'rancher:\n  services:\n    web: {image: nginx, labels: {io.rancher.os.after: network}}\n'
  ],
  [
    'services of a repository',
    'rancher:\n  services_include: {zfs: true}\n  services: {web: {image: nginx, volumes_from: [zfs]}}\n'
  ],
  ['variables', 'rancher:\n  services:\n    web: {image: nginx, links: ["${DB}"]}\n']
]

t.test('names that lead somewhere are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
