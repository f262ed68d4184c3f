// The definitions that the image's own repository offers, as the agent reads them.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { plan, type Registry } from '../../src/core/plan.ts'
import { check } from '../../src/document/check.ts'
import type { Layer } from '../../src/document/layers.ts'
import { parseContainerImages } from '../../src/image/container-image.ts'
import { readData } from '../../src/image/package-list.ts'
import { container } from '../../src/kinds/container.ts'
import { parseIndex, pathOf, type Section } from '../../src/repository/index.ts'
import { built, layer, user } from '../document/support.ts'
import { desiredOf } from '../support/desired.ts'

const read = (path: string): string =>
  readFileSync(new URL(`../../rootfs/usr/share/ros/${path}`, import.meta.url), 'utf8')
const image = layer('image', read('os-config.yml'))
const index = { ...layer('repository', read('repository/index.yml')), repository: '' }
const { services } = parseIndex('index.yml', index.text).index

function definition(name: string, section: Section = 'services'): Layer {
  const offer = { section, name, from: '', url: '', altered: false } as const
  return { ...layer('definition', read(`repository/${pathOf(name)}`), pathOf(name)), offer }
}

t.test('the services of the index are those that images are described of', async (t) => {
  const described = parseContainerImages(readData('container-images.yml'), '1').map(({ name }) => name)
  t.ok(services.length >= 10)
  t.strictSame(
    services,
    described.filter((name) => !name.startsWith('engine-'))
  )
})

t.test('each service is valid by itself, runs its own image on System Docker and is planned', async (t) => {
  for (const name of services) {
    const document = built(image, user(`rancher: {services_include: {${name}: true}}\n`), index, definition(name))
    t.same(document.problems, [], name)
    t.same([...check(document.data)], [], name)
    const desired = desiredOf(document.data)
    const wants = new Map([...container.want(desired)].map((want) => [want.key, want]))
    const want = wants.get(`container/system/${name}`)
    t.match(want?.spec, { image: `docker.io/rosd/${name}:1` }, name)
    if (want === undefined) return t.fail(name)
    const alone = new Map([[want.key, { ...want, needs: [] }]])
    // A registry is asked with keys of any kind; this one is only ever given its own.
    const kinds = new Map([['container', { ...container, lens: undefined }]]) as unknown as Registry
    const { actions } = plan(kinds, {
      wants: alone,
      seen: new Map(),
      owned: new Map()
    })
    t.same(
      actions.map(({ id }) => id),
      [`create container/system/${name}`]
    )
  }
})

t.test('all together they do not get in each other’s way, and who needs no rights has none', async (t) => {
  const asked = services.map((name) => `${name}: true`).join(', ')
  const document = built(
    image,
    user(`rancher: {services_include: {${asked}}}\n`),
    index,
    ...services.map((name) => definition(name))
  )
  t.same(document.problems, [])
  const of = document.data.rancher?.services ?? {}
  const all = services.filter((name) => of[name]?.privileged === true)
  t.strictSame(all, ['nfs-server', 'open-iscsi', 'open-vm-tools', 'qemu-guest-agent', 'smartmontools'])
  for (const name of services.filter((one) => !all.includes(one))) t.same(of[name]?.cap_drop, ['ALL'], name)
})

t.test('the example of services by name asks for what there is, and its console and engine count', async (t) => {
  const example = layer('user', readFileSync(new URL('../../examples/services-by-name.yml', import.meta.url), 'utf8'))
  const { data } = built(image, example)
  const { services_include: included = {}, console = '', docker: { engine = '' } = {} } = data.rancher ?? {}
  const names = Object.keys(included)
  const offered = parseIndex('index.yml', index.text).index
  t.ok(names.length > 1)
  t.strictSame(
    names.filter((name) => !services.includes(name)),
    []
  )
  t.ok(offered.consoles.includes(console), console)
  t.ok(offered.engines.includes(engine), engine)
  const asked = names.filter((name) => included[name] === true).map((name) => definition(name))
  const others = [definition(console, 'consoles'), definition(engine, 'engines')]
  const whole = built(image, example, index, ...asked, ...others)
  t.same([whole.problems, [...check(whole.data)]], [[], []])
  const keys = [...container.want(desiredOf(whole.data))].map(({ key }) => key)
  t.strictSame(
    names.filter((name) => keys.includes(`container/system/${name}`)),
    ['node-exporter', 'restic']
  )
})
