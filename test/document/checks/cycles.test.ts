import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'two',
    'rancher:\n  services:\n    a: {image: x, links: [b]}\n    b: {image: x, volumes_from: [a]}\n',
    `cloud-config.yml:4:27: rancher.services.a.links[0]: goes in a circle: a -> b -> a
      a: {image: x, links: [b]}
                            ^
  expected: services that wait for each other in one direction
  fix: take one of these dependencies out`
  ],
  [
    'three, and the place of the first',
    'rancher:\n  services:\n    web:\n      image: x\n      depends_on:\n        - api\n    api: {image: x, links: [db]}\n    db: {image: x, net: "container:web"}\n',
    `cloud-config.yml:7:11: rancher.services.web.depends_on.api: goes in a circle: web -> api -> db -> web
          - api
            ^
  expected: services that wait for each other in one direction
  fix: take one of these dependencies out`
  ],
  [
    'itself',
    'rancher:\n  services:\n    web: {image: x, links: [web]}\n',
    `cloud-config.yml:4:29: rancher.services.web.links[0]: goes in a circle: web -> web
      web: {image: x, links: [web]}
                              ^
  expected: services that wait for each other in one direction
  fix: take one of these dependencies out`
  ],
  [
    'wishes',
    'rancher:\n  services:\n    a: {image: x, labels: {io.rancher.os.after: b}}\n    b: {image: x, labels: {io.rancher.os.after: a}}\n',
    `cloud-config.yml:4:49: warning: rancher.services.a.labels.io.rancher.os.after: goes in a circle: a -> b -> a; \`a\` does not wait for \`b\`
      a: {image: x, labels: {io.rancher.os.after: b}}
                                                  ^
  expected: services that wait for each other in one direction
  fix: take one of these names out`
  ],
  [
    'a wish against a link',
    'rancher:\n  services:\n    a: {image: x, labels: {io.rancher.os.after: b}}\n    b: {image: x, links: [a]}\n',
    `cloud-config.yml:4:49: warning: rancher.services.a.labels.io.rancher.os.after: goes in a circle: a -> b -> a; \`a\` does not wait for \`b\`
      a: {image: x, labels: {io.rancher.os.after: b}}
                                                  ^
  expected: services that wait for each other in one direction
  fix: take one of these names out`
  ],
  [
    'a wish for itself',
    'rancher:\n  services:\n    a: {image: x, labels: {io.rancher.os.after: a}}\n',
    `cloud-config.yml:4:49: warning: rancher.services.a.labels.io.rancher.os.after: goes in a circle: a -> a
      a: {image: x, labels: {io.rancher.os.after: a}}
                                                  ^
  expected: services that wait for each other in one direction
  fix: take one of these names out`
  ]
]

t.test('services that wait for each other', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'a diamond',
    'rancher:\n  services:\n    a: {image: x, links: [b, c]}\n    b: {image: x, links: [d]}\n    c: {image: x, links: [d]}\n    d: {image: x}\n'
  ],
  [
    'the same in two ways',
    'rancher:\n  services:\n    a: {image: x, links: [b], labels: {io.rancher.os.after: b}}\n    b: {image: x, labels: {io.rancher.os.before: a}}\n'
  ]
]

t.test('what waits in one direction is fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
