import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'no image',
    'rancher:\n  services:\n    web:\n      restart: always\n',
    `cloud-config.yml:4:5: rancher.services.web: the service names no image
      web:
      ^
  expected: \`image:\` with the name of an image
  fix: add \`image: …\`, or take the service away with \`web: null\``
  ],
  [
    'no image yet: a definition that is not here may bring it',
    'rancher:\n  services_include: {stack: true}\n  services:\n    db:\n      restart: always\n',
    `cloud-config.yml:5:5: warning: rancher.services.db: the service names no image
      db:
      ^
  expected: \`image:\` with the name of an image
  fix: add \`image: …\`, or take the service away with \`db: null\``
  ],
  [
    'one to wait for that is not here yet',
    'rancher:\n  services_include: {stack: true}\n  services:\n    web: {image: nginx, links: [db]}\n',
    `cloud-config.yml:5:33: warning: rancher.services.web.links[0]: there is no service \`db\`
      web: {image: nginx, links: [db]}
                                  ^
  expected: the name of a service of the document
  fix: correct the name, or add the service`
  ]
]

t.test('a service has an image', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  ['an image', 'rancher:\n  services:\n    web: {image: nginx}\n'],
  ['to be built', 'rancher:\n  services:\n    web: {build: /opt/web}\n'],
  ['from a repository', 'rancher:\n  services_include: {zfs: true}\n  services: {zfs: {restart: always}}\n'],
  [
    'named as what every object has',
    'rancher:\n  services:\n    constructor: {image: nginx}\n    toString: {image: nginx, links: [constructor]}\n'
  ]
]

t.test('a service with an image, or from elsewhere, is fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
