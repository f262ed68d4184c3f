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
  ]
]

t.test('a service has an image', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  ['an image', 'rancher:\n  services:\n    web: {image: nginx}\n'],
  ['to be built', 'rancher:\n  services:\n    web: {build: .}\n'],
  ['from a repository', 'rancher:\n  services_include: {zfs: true}\n  services: {zfs: {restart: always}}\n'],
  [
    'named as what every object has',
    'rancher:\n  services:\n    constructor: {image: nginx}\n    toString: {image: nginx, links: [constructor]}\n'
  ]
]

t.test('a service with an image, or from elsewhere, is fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
