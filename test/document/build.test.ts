import t from 'tap'
import { buildDocument } from '../../src/document/build.ts'
import { salvage } from '../../src/document/salvage.ts'
import { placeOf } from '../../src/document/document.ts'
import { commandLine } from '../../src/document/read.ts'
import { built, layer, said, user } from './support.ts'

const image = layer('image', 'hostname: low\nrancher: {services: {console: {image: rosd/console}}}\n')

t.test('one bad layer refuses the whole document', async (t) => {
  for (const bad of [
    user('hostnam: a\n'),
    layer('conf', 'a: [\n'),
    layer('lease', '- a\n'),
    layer('machine', 'rancher: {ssh: {port: x}}\n')
  ]) {
    const result = buildDocument([image, bad, layer('cmdline', 'cc.hostname=line')])
    t.match(result, { ok: false, problems: [{ severity: 'error', file: bad.name }] }, bad.name)
  }
})

t.test('warnings refuse nothing and are kept', async (t) => {
  const doc = built(layer('user', 'rancher: {debug: yes, upgrade: {policy: none}}\n'))
  t.strictSame(
    doc.problems.map(({ code, severity }) => `${severity} ${code}`),
    ['warning ROS_DOC_HEADER', 'warning ROS_DOC_NOT_ACTED', 'note ROS_DOC_LOOSE']
  )
})

t.test('a service may take its image from another layer, or from a repository', async (t) => {
  t.same(said(image, user('rancher: {services: {console: {restart: always}}}\n')), [])
  t.same(said(image, user('rancher: {services_include: {zfs: true}, services: {zfs: {restart: always}}}\n')), [])
  t.match(buildDocument([image, user('rancher: {services: {consle: {restart: always}}}\n')]), {
    ok: false,
    problems: [{ code: 'ROS_DOC_NO_IMAGE', key: 'rancher.services.consle' }]
  })
})

t.test('building again with one layer changed gives what building anew gives', async (t) => {
  const layers = (name: string) => [image, user(`hostname: ${name}\n`), ...commandLine('quiet')]
  const hashes = ['a', 'b', 'a'].map((name) => built(...layers(name)).hash)
  t.equal(hashes[0], hashes[2])
  t.not(hashes[0], hashes[1])
  const renamed = built({ ...image, name: 'other.yml' }, user('hostname: a\n'))
  t.equal(renamed.places.layers[0]?.name, 'other.yml')
})

t.test('at the first boot the layers that can be used are', async (t) => {
  const bad = user('hostname: [\n')
  const { document, problems } = salvage([
    image,
    layer('conf', '#cloud-config\nrancher: {modules: [overlay]}\n'),
    bad,
    ...commandLine('rancher.autologin=tty1')
  ])
  t.same(document.data, {
    hostname: 'low',
    rancher: { services: { console: { image: 'rosd/console' } }, modules: ['overlay'], autologin: ['tty1'] }
  })
  t.match(problems, [{ file: 'cloud-config.yml', severity: 'error' }])
})

t.test('layers that are sound alone and not together are left out from the top', async (t) => {
  const { document, problems } = salvage([image, user('rancher: {services: {web: {restart: always}}}\n')])
  t.same(document.data, { hostname: 'low', rancher: { services: { console: { image: 'rosd/console' } } } })
  t.match(problems, [{ code: 'ROS_DOC_NO_IMAGE' }])
})

t.test('nothing usable at all is an empty document', async (t) => {
  const { document } = salvage([layer('image', ':'.repeat(5)), user('- x\n')])
  t.same(document.data, {})
})

t.test('a sound document is salvaged as it is', async (t) => {
  const { document, problems } = salvage([image])
  t.equal(document.hash, built(image).hash)
  t.same(problems, [])
})

t.test('a document of a hundred services is built in a blink', async (t) => {
  const service = (i: number) =>
    `    s${i}:\n      image: nginx\n      restart: always\n      ports: ["${8000 + i}:80"]\n      environment: {A: ${i}}\n`
  const text = (last: string) =>
    `rancher:\n  services:\n${Array.from({ length: 100 }, (_, i) => service(i)).join('')}    ${last}: {image: x}\n`
  const times = Array.from({ length: 10 }, (_, i) => {
    const start = performance.now()
    built(image, user(text(`t${i}`)))
    return performance.now() - start
  })
  const best = Math.min(...times)
  t.ok(best < 100, `${best.toFixed(1)} ms`)
})

t.test('user-data that begins with #compose is a map of services', async (t) => {
  const compose = '#compose\nweb:\n  image: nginx\n  ports: [8080:80]\n'
  t.same(built(layer('conf', compose)).data, { rancher: { services: { web: { image: 'nginx', ports: ['8080:80'] } } } })
  t.same(said(layer('conf', `${compose}  imge: x\n`)), [
    `cloud-config.d/10.yml:5:3: rancher.services.web.imge: unknown key, did you mean \`image\`?
    imge: x
    ^
  expected: a key that \`ros config explain rancher.services.web\` lists
  fix: rename it to \`image\``
  ])
  t.match(said(layer('user', compose)), [/first line is not `#cloud-config`/, /web: unknown key/])
})

t.test('what stands behind -- is there for services, but for the password', async (t) => {
  const { data } = built(
    ...commandLine('quiet -- rancher.debug=false "rancher.password=hunter2" x="a b" rancher.password=h')
  )
  t.equal(data.rancher?.environment?.['EXTRA_CMDLINE'], '/init rancher.debug=false x="a b"')
  t.equal(built(...commandLine('quiet')).data.rancher?.environment, undefined, 'nothing there, nothing said')
  const own = built(user('rancher: {environment: {EXTRA_CMDLINE: mine}}\n'), ...commandLine('-- a'))
  t.equal(own.data.rancher?.environment?.['EXTRA_CMDLINE'], 'mine')
})

t.test("the network's proxies are in the environment, in both spellings, unless it has its own", async (t) => {
  const network = 'network: {http_proxy: "http://p:1", no_proxy: ""}'
  const cases = [
    ['', { http_proxy: 'http://p:1', HTTP_PROXY: 'http://p:1' }],
    [', environment: {A: b}', { A: 'b', http_proxy: 'http://p:1', HTTP_PROXY: 'http://p:1' }],
    [', environment: {HTTP_PROXY: "http://own"}', { HTTP_PROXY: 'http://own' }]
  ] as const
  for (const [more, expected] of cases)
    t.same(built(user(`rancher: {${network}${more}}\n`)).data.rancher?.environment, expected, more)
  const doc = built(user(`rancher: {${network}}\n`))
  t.equal(placeOf(doc, 'rancher.environment.HTTP_PROXY'), 'cloud-config.yml:2:21', 'it says where it comes from')
})

t.test('an argument that does not go with the rest is left out alone, and the rest of its line counts', async (t) => {
  const line =
    'rancher.state.dev=LABEL=X rancher.services.web={image: "a b"} rancher.sysctl.vm.swappiness=5 rancher.hostname=x'
  const doc = built(image, ...commandLine(line))
  t.match(doc.data.rancher, { state: { dev: 'LABEL=X' }, sysctl: { 'vm.swappiness': '5' } })
  t.equal(doc.data.rancher?.services?.['web'], undefined)
  const found = doc.problems.find(({ code }) => code === 'ROS_DOC_IMAGE_REFERENCE')
  t.match(found, { severity: 'warning', line: 1, message: /; the argument is left out$/ })
  const service = user('rancher: {services: {web: {image: a, links: [nobody]}}}\n')
  t.match(buildDocument([image, service, ...commandLine(line)]), { ok: false }, 'a file is still refused')
})

t.test('files are left out before the kernel command line, which may be what mends them', async (t) => {
  const { document, problems } = salvage([
    image,
    user('rancher: {services: {web: {restart: always}}}\n'),
    ...commandLine('rancher.state.dev=LABEL=X')
  ])
  t.match(document.data.rancher, { state: { dev: 'LABEL=X' }, services: { console: { image: 'rosd/console' } } })
  t.match(problems, [{ code: 'ROS_DOC_NO_IMAGE', file: 'cloud-config.yml' }])
})
