import t from 'tap'
import { leaves, placeOf, provenance } from '../../src/document/document.ts'
import { showPath } from '../../src/document/path.ts'
import { built, layer, user } from './support.ts'

const lower = `hostname: low
runcmd: [a, b]
rancher:
  modules: [overlay, veth]
  sysctl:
    vm.swappiness: 60
    fs.file-max: 1000
  services:
    web: {image: nginx, ports: ["80:80"], labels: {a: "1", b: "2"}}
    db: {image: postgres}
`

t.test('maps merge, lists and values replace, null takes away', async (t) => {
  const cases = [
    ['a value replaces', 'hostname: high\n', { hostname: 'high' }],
    ['null takes a value away', 'hostname: null\n', { hostname: undefined }],
    ['~ and nothing are null too', 'hostname: ~\nruncmd:\n', { hostname: undefined, runcmd: undefined }],
    ['a list replaces', 'rancher: {modules: [wireguard]}\n', { rancher: { modules: ['wireguard'] } }],
    ['an empty list replaces', 'rancher: {modules: []}\n', { rancher: { modules: [] } }],
    [
      'a map merges',
      'rancher: {sysctl: {vm.swappiness: 10}}\n',
      { rancher: { sysctl: { 'vm.swappiness': '10', 'fs.file-max': '1000' } } }
    ],
    [
      'null takes one key of a map away',
      'rancher: {sysctl: {fs.file-max: null}}\n',
      { rancher: { sysctl: { 'vm.swappiness': '60', 'fs.file-max': undefined } } }
    ],
    [
      'a service merges key by key',
      'rancher: {services: {web: {image: caddy}}}\n',
      { rancher: { services: { web: { image: 'caddy', ports: ['80:80'] } } } }
    ],
    [
      'labels merge',
      'rancher: {services: {web: {labels: {b: "3"}}}}\n',
      { rancher: { services: { web: { labels: { a: '1', b: '3' } } } } }
    ],
    [
      'labels as a list merge too',
      'rancher: {services: {web: {labels: [b=3]}}}\n',
      { rancher: { services: { web: { labels: { a: '1', b: '3' } } } } }
    ],
    [
      'null takes a service away',
      'rancher: {services: {db: null}}\n',
      { rancher: { services: { db: undefined, web: { image: 'nginx' } } } }
    ],
    [
      'an empty map changes nothing',
      'rancher: {services: {}}\n',
      { rancher: { services: { db: { image: 'postgres' } } } }
    ]
  ] as const
  for (const [what, upper, wanted] of cases) t.match(built(layer('image', lower), user(upper)).data, wanted, what)
})

t.test('null where nothing was is nothing', async (t) => {
  t.same(built(user('hostname: null\nrancher: {sysctl: {a.b: null}, services: {x: null}}\n')).data, {
    rancher: { sysctl: {}, services: {} }
  })
})

t.test('layers count in their order, whatever their number', async (t) => {
  const kinds = ['image', 'oem', 'lease', 'machine', 'conf', 'user'] as const
  for (const [i, top] of kinds.entries()) {
    const doc = built(...kinds.slice(0, i + 1).map((kind) => layer(kind, `#cloud-config\nhostname: ${kind}\n`)))
    t.equal(doc.data.hostname, top)
    t.match(provenance(doc, 'hostname'), { kind: top, line: 2, column: 1 })
  }
})

t.test('a value taken away and set again is there', async (t) => {
  const doc = built(
    layer('image', 'hostname: a\n'),
    layer('conf', '#cloud-config\nhostname: null\n'),
    user('hostname: c\n')
  )
  t.equal(doc.data.hostname, 'c')
})

t.test('the place of every leaf is that of the layer that won', async (t) => {
  const doc = built(
    layer('image', lower),
    user('rancher:\n  sysctl:\n    vm.swappiness: 10\n  modules: [wireguard]\n  services:\n    db: null\n')
  )
  t.strictSame(
    Object.fromEntries(
      [...leaves(doc)].map(({ path, place }) => [showPath(path), `${place.layer}:${place.line}:${place.column}`])
    ),
    {
      hostname: 'os-config.yml:1:1',
      'runcmd[0]': 'os-config.yml:2:10',
      'runcmd[1]': 'os-config.yml:2:13',
      'rancher.modules[0]': 'cloud-config.yml:5:13',
      'rancher.sysctl.vm.swappiness': 'cloud-config.yml:4:5',
      'rancher.sysctl.fs.file-max': 'os-config.yml:7:5',
      'rancher.services.web.image': 'os-config.yml:9:11',
      'rancher.services.web.ports[0]': 'os-config.yml:9:33',
      'rancher.services.web.labels.a': 'os-config.yml:9:52',
      'rancher.services.web.labels.b': 'os-config.yml:9:60'
    }
  )
})

t.test('a path that was not written has the place of what is closest above it', async (t) => {
  const doc = built(layer('image', lower), user('rancher:\n  services:\n    web:\n      restart: always\n'))
  t.equal(placeOf(doc, 'rancher.services.web.restart'), 'cloud-config.yml:5:7')
  t.equal(placeOf(doc, 'rancher.services.web.tty'), 'cloud-config.yml:4:5')
  t.equal(placeOf(doc, ['rancher', 'services', 'web', 'image']), 'os-config.yml:9:11')
  t.equal(placeOf(doc, 'mounts'), 'cloud-config.yml:2:1')
  t.equal(provenance(doc, 'mounts'), null)
})

t.test('the hash is of what is wanted, not of how it is written', async (t) => {
  const hash = (text: string) => built(user(text)).hash
  const base = hash('hostname: a\nrancher: {sysctl: {x.a: 1, x.b: 2}}\n')
  t.equal(hash('# a comment\nrancher:\n  sysctl:\n    x.b: "2"\n    x.a: 1\nhostname: "a"\n'), base)
  t.not(hash('hostname: a\nrancher: {sysctl: {x.a: 1, x.b: 3}}\n'), base)
  t.not(hash('runcmd: [a, b]\n'), hash('runcmd: [b, a]\n'))
})

t.test('debug of the machine is debug of the engines, unless they say otherwise', async (t) => {
  const { data } = built(user('rancher:\n  debug: true\n  docker: {debug: false}\n'))
  t.match(data.rancher, { docker: { debug: false }, system_docker: { debug: true }, log: true })
  t.equal(built(user('rancher: {debug: false}\n')).data.rancher?.docker, undefined)
})
