import t from 'tap'
import { placeOf } from '../../src/document/document.ts'
import type { Layer } from '../../src/document/layers.ts'
import { origins } from '../../src/document/origins.ts'
import { salvage } from '../../src/document/salvage.ts'
import type { Section } from '../../src/repository/index.ts'
import { built, layer, said, user } from './support.ts'

const image = layer('image', 'rancher:\n  services:\n    console:\n      image: rosd/console\n      restart: always\n')

/** An index; `repository` empty is the image's own. */
function index(text: string, repository = '', unreadable?: string): Layer {
  const more = unreadable === undefined ? {} : { unreadable }
  const file = repository === '' ? '/usr/share/ros/repository' : `https://${repository}.org`
  return { ...layer('repository', text, `index.yml of ${repository || 'the image'}`), file, repository, ...more }
}

function definition(name: string, text: string, section: Section | null = 'services', from: string | null = ''): Layer {
  const by = from === null ? 'pinned' : from || 'repository'
  const offer = { section, name, from, url: '', altered: false }
  return { ...layer('definition', text, `${by}/${name}.yml`), offer }
}

const web = definition('web', 'web:\n  image: nginx\n  restart: always\ndb:\n  image: postgres\n')
const own = index('services: [web, avahi]\nconsoles: [debian]\n')

t.test('what services_include names comes in just above the image, and every other layer may change it', async (t) => {
  const document = built(
    image,
    user('rancher:\n  services_include: {web: true}\n  services: {web: {restart: "no"}}\n'),
    own,
    web
  )
  t.same(document.data.rancher?.services, {
    console: { image: 'rosd/console', restart: 'always' },
    web: { image: 'nginx', restart: 'no' },
    db: { image: 'postgres' }
  })
  t.equal(placeOf(document, 'rancher.services.web.image'), 'repository/web.yml:2:3')
  t.equal(placeOf(document, 'rancher.services.web.restart'), 'cloud-config.yml:4:20')
  t.same(document.problems, [])
})

t.test('what is disabled, or not named, is not there', async (t) => {
  for (const body of ['rancher:\n  services_include: {web: false}\n', 'hostname: a\n']) {
    t.same(Object.keys(built(image, user(body), own, web).data.rancher?.services ?? {}), ['console'], body)
  }
})

t.test('a console changes the service of the image, and `default` is none', async (t) => {
  const debian = definition('debian', 'console:\n  image: debian:12\n', 'consoles')
  const consoleOf = (body: string) => built(image, user(body), own, debian).data.rancher?.services?.['console']
  t.same(consoleOf('rancher: {console: debian}\n'), { image: 'debian:12', restart: 'always' })
  t.same(consoleOf('rancher: {console: default}\n'), { image: 'rosd/console', restart: 'always' })
})

t.test('the copy that was enabled counts, then the image, then repositories by their names', async (t) => {
  const repository = (name: string) => [
    index('services: [web]\n', name),
    definition('web', `web: {image: ${name}}\n`, 'services', name)
  ]
  const body =
    'rancher:\n  services_include: {web: true}\n  repositories: {a: {url: "https://a.org"}, b: {url: "https://b.org/"}}\n'
  const imageOf = (...offers: readonly Layer[]) =>
    built(image, user(body), ...offers).data.rancher?.services?.['web']?.image
  const pin = definition('web', 'web: {image: pinned}\n', 'services', null)
  t.equal(imageOf(pin, own, web, ...repository('a')), 'pinned')
  t.equal(imageOf(own, web, ...repository('a')), 'nginx')
  t.equal(imageOf(...repository('a'), ...repository('b')), 'a')
  t.equal(imageOf(...repository('c'), ...repository('b')), 'b', 'one that the document does not name has no say')
})

t.test('a name nobody has is told at its key, and the rest of the document counts', async (t) => {
  const body = (more = '') => user(`rancher:\n  services_include: {wbe: true}\n${more}`)
  const declared = '  repositories: {core: {url: "https://core.org"}}\n'
  t.same(said(image, body(), own, web), [
    'cloud-config.yml:3:22: warning: rancher.services_include.wbe: there is no service `wbe`, did you mean `web`?\n    services_include: {wbe: true}\n                       ^\n  expected: a name that a repository has\n  fix: `ros service list` names them'
  ])
  t.same(said(image, body()), [], 'where no repository is known nothing is said')
  const unread = index('', 'core', 'it has not been fetched yet')
  const document = built(image, body(declared), own, web, unread)
  t.match(document.problems, [
    {
      severity: 'warning',
      code: 'ROS_DOC_REPOSITORY',
      message: /^there is no service `wbe`, did you mean `web`\?; core: it has not been fetched yet$/
    }
  ])
  t.match(built(image, body(declared), index('services: [wbe]\n', 'core')).problems, [
    { severity: 'warning', message: 'index.yml of core has `wbe`, and its definition is not there yet' }
  ])
})

t.test('a definition that is not valid is left out as a whole, with its place', async (t) => {
  for (const [text, message] of [
    ['web:\n  image: nginx\n  ports: [1]\n  wrong: 1\n', /^unknown key; the definition is left out$/],
    ['web: [\n', /; the definition is left out$/],
    ['web:\n  image: nginx\n  volumes_from: [nobody]\n', /; the definition is left out$/]
  ] as const) {
    const document = built(image, user('rancher:\n  services_include: {web: true}\n'), own, definition('web', text))
    t.same(Object.keys(document.data.rancher?.services ?? {}), ['console'], text)
    t.match(
      document.problems.filter(({ file }) => file === 'repository/web.yml')[0],
      { severity: 'warning', message },
      text
    )
  }
})

t.test('what a person changed behind a copy is said, and counts', async (t) => {
  const pin = definition('web', 'web: {image: other}\n', 'services', null)
  const altered: Layer = { ...pin, offer: { section: 'services', name: 'web', from: null, url: '', altered: true } }
  const document = built(image, user('rancher:\n  services_include: {web: true}\n'), altered)
  t.equal(document.data.rancher?.services?.['web']?.image, 'other')
  t.match(document.problems, [{ severity: 'warning', message: '/pinned/web.yml was changed after `web` was enabled' }])
})

t.test('where a value comes from names the definition below the layers that changed it', async (t) => {
  const body = 'rancher:\n  services_include: {web: true}\n  services: {web: {restart: "no"}}\n'
  t.same(
    origins([image, user(body), own, web], ['rancher', 'services', 'web', 'restart']).map(
      (one) => `${one.layer}:${one.line} ${JSON.stringify(one.value)}`
    ),
    ['cloud-config.yml:4 "no"', 'repository/web.yml:3 "always"']
  )
})

t.test('a user document that is saved at boot brings its definitions along, one that is not does not', async (t) => {
  const namesIn = (text: string) =>
    Object.keys(salvage([image, layer('user', text), own, web]).document.data.rancher?.services ?? {})
  t.same(namesIn('#cloud-config\nrancher:\n  services_include: {web: true}\n'), ['console', 'web', 'db'])
  t.same(namesIn('#cloud-config\nrancher:\n  services_include: {web: true}\n  wrong: 1\n'), ['console'])
})

t.test('addresses and names are in their notation', async (t) => {
  const first = (body: string) => said(user(body))[0]?.split('\n')[0]
  t.equal(
    first('rancher: {repositories: {core: {url: ftp://a.org}}}\n'),
    'cloud-config.yml:2:38: rancher.repositories.core.url: `ftp://a.org` is no address of a repository'
  )
  t.equal(
    first('rancher: {repositories: {core: {}}}\n'),
    'cloud-config.yml:2:26: rancher.repositories.core: the repository has no address'
  )
  t.equal(
    first('rancher: {services_include: {/etc/x.yml: true}}\n'),
    'cloud-config.yml:2:30: warning: rancher.services_include./etc/x.yml: `/etc/x.yml` is not in /var/lib/rancher/conf'
  )
  for (const url of ['http://a.org', '/srv/repo', 'file:///srv/repo']) {
    t.equal(first(`rancher: {repositories: {core: {url: "${url}"}}}\n`), undefined, url)
  }
})
