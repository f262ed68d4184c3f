import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { modelAgent } from '../api/support/agent.ts'
import { until } from '../support/loop.ts'
import { repositoryServer } from './server.ts'

const WEB = 'web:\n  image: nginx\n'

async function machine(t: Test, more: string, files: Record<string, string> = {}) {
  const server = await repositoryServer({
    'index.yml': 'services: [web, mail]\nconsoles: [debian]\n',
    'w/web.yml': WEB,
    ...files
  })
  t.teardown(server.close)
  const user = `#cloud-config\nrancher:\n  http_load_retries: 1\n  repositories:\n    core: {url: "${server.url}"}\n${more}`
  const model = await modelAgent({ user })
  t.teardown(model.stop)
  const services = () => Object.keys(model.agent.loop.inForce()?.rancher?.services ?? {})
  const pin = (name: string) => {
    const file = join(model.root, `var/lib/rancher/conf/pinned/services/${encodeURIComponent(name)}.yml`)
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1).join('\n') : null
  }
  const condition = () => model.store.value.conditions.find(({ type }) => type === 'RepositoriesRead')
  return { ...model, server, services, pin, condition, user }
}

t.test('what a document names is fetched behind its back, copied, and stays what it was', async (t) => {
  const m = await machine(t, '  services_include: {web: true}\n')
  await until(() => m.services().includes('web'))
  await until(() => m.pin('web') !== null)
  t.equal(m.pin('web'), WEB)
  await until(() => m.condition()?.status === 'True')
  t.same(m.server.asked(), ['/index.yml', '/w/web.yml'])
  m.server.files['w/web.yml'] = 'web:\n  image: nginx:2\n'
  await m.agent.catalogue.refresh(AbortSignal.timeout(10_000))
  t.same(m.server.asked(), ['/index.yml "41"', '/w/web.yml "20"'])
  t.match((await m.agent.catalogue.list()).items, [
    { section: 'services', name: 'mail', enabled: false, repository: 'core', pinned: null, newer: false },
    { section: 'services', name: 'web', enabled: true, repository: 'core', pinned: /^[0-9a-f]{64}$/, newer: true },
    { section: 'consoles', name: 'debian', enabled: false }
  ])
  t.equal(m.agent.loop.inForce()?.rancher?.services?.['web']?.image, 'nginx')
})

t.test('a repository that does not answer holds up nothing, is told once, and counts as it was', async (t) => {
  const m = await machine(t, '  services_include: {web: true}\n  sysctl: {vm.swappiness: 7}\n')
  await until(() => m.pin('web') !== null && m.services().includes('web'))
  for (const [fault, reason] of [
    [500, /^core: index\.yml: the server answers 500; what it had at 2026/],
    ['cut', /^core: index\.yml: the connection was cut off; what it had at 2026/]
  ] as const) {
    m.server.always(fault)
    await m.agent.catalogue.refresh(AbortSignal.timeout(10_000))
    await m.agent.catalogue.refresh(AbortSignal.timeout(10_000))
    t.match(m.condition(), { status: 'False', reason: 'Unreachable', message: reason })
  }
  await m.edit(`${m.user}  debug: true\n`)
  await until(() => m.agent.loop.inForce()?.rancher?.debug === true)
  await m.settled()
  await m.agent.catalogue.list()
  t.match(m.condition(), { status: 'False' }, 'a round that comes by does not take it for read')
  const told = m.agent.events.since(0).filter(({ reason }) => reason === 'RepositoryUnreachable')
  t.equal(told.length, 2)
  m.server.always('none')
  for (const garbage of ['<html>', '- web\n']) {
    m.server.files['index.yml'] = garbage
    await m.agent.catalogue.refresh(AbortSignal.timeout(10_000))
    t.match(m.condition(), {
      status: 'False',
      message: /^core: index\.yml: it is not what it should be; what it had at /
    })
  }
  t.same(m.services(), ['web'])
  t.equal(m.machine.get('vm.swappiness'), '7')
})

t.test('a name that is not there yet is waited for, and the rest of the document counts', async (t) => {
  const m = await machine(t, '  services_include: {nobody: true}\n  sysctl: {vm.swappiness: 7}\n')
  await until(() => m.machine.get('vm.swappiness') === '7')
  await until(() => m.condition()?.status === 'True')
  t.match(m.store.value.document.warnings.at(-1), {
    code: 'ROS_DOC_REPOSITORY',
    key: 'rancher.services_include.nobody'
  })
  t.same(m.services(), [])
  m.server.files['index.yml'] = 'services: [nobody]\n'
  m.server.files['n/nobody.yml'] = 'nobody: {image: nobody}\n'
  await m.agent.catalogue.refresh(AbortSignal.timeout(10_000))
  await until(() => m.services().includes('nobody'))
})

t.test('an address is fetched once and copied', async (t) => {
  const files = { 'own.yml': 'own: {image: own}\n' }
  const server = await repositoryServer(files)
  t.teardown(server.close)
  const url = `${server.url}/own.yml`
  const m = await modelAgent({ user: `#cloud-config\nrancher: {services_include: {"${url}": true}}\n` })
  t.teardown(m.stop)
  await until(() => m.agent.loop.inForce()?.rancher?.services?.['own']?.image === 'own')
  t.same(server.asked(), ['/own.yml'])
  t.match((await m.agent.catalogue.list()).items, [{ name: url, enabled: true, repository: null, pinned: /./ }])
})

t.test(
  'a directory of this machine is a repository too, and a file beside cloud-config.yml a definition',
  async (t) => {
    const m = await modelAgent({ user: '#cloud-config\nrancher: {repositories: {here: {url: /srv/here}}}\n' })
    t.teardown(m.stop)
    mkdirSync(join(m.root, 'srv/here/w'), { recursive: true })
    writeFileSync(join(m.root, 'srv/here/index.yml'), 'services: [web]\n')
    writeFileSync(join(m.root, 'srv/here/w/web.yml'), WEB)
    t.equal(
      m.store.value.conditions.some(({ type }) => type === 'RepositoriesRead'),
      false
    )
    writeFileSync(join(m.root, 'var/lib/rancher/conf/mine.yml'), 'mine: {image: mine}\n')
    await m.edit(
      `#cloud-config\nrancher:\n  repositories: {here: {url: /srv/here}}\n  services_include: {web: true, /var/lib/rancher/conf/mine.yml: true}\n`
    )
    await until(() => Object.keys(m.agent.loop.inForce()?.rancher?.services ?? {}).length === 2)
    t.same(Object.keys(m.agent.loop.inForce()?.rancher?.services ?? {}).toSorted(), ['mine', 'web'])
  }
)

t.test('a repository and an address that are silent hold up no other', async (t) => {
  const [silent, files] = [await repositoryServer({}), await repositoryServer({ 'own.yml': 'own: {image: own}\n' })]
  t.teardown(silent.close)
  t.teardown(files.close)
  silent.always('slow')
  const m = await machine(
    t,
    `    away: {url: "${silent.url}"}\n  services_include: {"${silent.url}/x.yml": true, web: true, "${files.url}/own.yml": true}\n`
  )
  await until(() => m.services().length === 2)
  t.same(m.services().toSorted(), ['own', 'web'])
})

t.test('a round that takes longer than it is to the next one comes to its end', async (t) => {
  const server = createServer((_request, answer) => void setTimeout(() => answer.end('own: {image: own}\n'), 300))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens
  const user = `#cloud-config\nrancher: {services_include: {"http://127.0.0.1:${port}/own.yml": true}}\n`
  const m = await modelAgent({ user, roundMs: 50 })
  t.teardown(m.stop)
  await until(() => m.agent.loop.inForce()?.rancher?.services?.['own']?.image === 'own')
})

t.test('what the image has is asked of no network', async (t) => {
  const m = await machine(t, '')
  for (const [path, text] of [
    ['index.yml', 'services: [own]\n'],
    ['o/own.yml', 'own: {image: own}\n']
  ] as const) {
    mkdirSync(join(m.root, 'usr/share/ros/repository/o'), { recursive: true })
    writeFileSync(join(m.root, 'usr/share/ros/repository', path), text)
  }
  await until(() => m.condition()?.status === 'True')
  m.server.asked()
  const by = { how: 'api', who: '', why: '' } as const
  t.match(await m.agent.pinning.pin('services', ['own'], by, AbortSignal.timeout(5_000)), { items: [{ sha256: null }] })
  t.same(m.server.asked(), [])
})

t.test('what is left out for its errors is not copied, so that it counts when its repository is mended', async (t) => {
  const m = await machine(t, '  services_include: {web: true, mail: true}\n', {
    'w/web.yml': 'web: {image: nginx, ports: [x]}\n',
    'm/mail.yml': 'mail: {image: mail}\n'
  })
  await until(() => m.pin('mail') !== null)
  t.match(m.store.value.document.warnings, [{ message: /; the definition is left out$/ }])
  m.server.files['w/web.yml'] = WEB
  await m.agent.catalogue.refresh(AbortSignal.timeout(10_000))
  await until(() => m.services().includes('web'))
  t.equal(m.pin('web'), null)
  await m.edit(`${m.user}  debug: true\n`)
  await until(() => m.pin('web') === WEB)
})
