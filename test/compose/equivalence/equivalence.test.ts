// The same definitions given to rosd and to docker-compose make the same containers, as the engine tells of them.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Dockerode from 'dockerode'
import { NEVER } from 'rxjs'
import t from 'tap'
import { parse } from 'yaml'
import { envFilesOf } from '../../../src/agent/env-files.ts'
import type { Action } from '../../../src/core/action.ts'
import type { Desired } from '../../../src/core/kind.ts'
import type { CloudConfig } from '../../../src/document/types.gen.ts'
import type { Host } from '../../../src/host/ports.ts'
import { container } from '../../../src/kinds/container.ts'
import { image } from '../../../src/kinds/image.ts'
import { built, user } from '../../document/support.ts'
import { away } from '../../support/away.ts'
import { noDockerd, startEngine } from '../../support/dockerd.ts'
import { writeTestImage } from '../../support/test-image.ts'
import { fieldsOf, unlike } from './container.ts'
import { INTENDED, UNKNOWN_TO_IT, WITHOUT } from './differences.ts'

t.setTimeout(600_000)

const GIVEN = { GIVEN: 'given $5', DIR: '' }
/** docker-compose takes a name of the project as the beginning of its containers' names. */
const PROJECT = 'eq'
const IMAGE = 'test/busybox:1'

const here = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
type Definitions = Readonly<Record<string, Readonly<Record<string, unknown>>>>
const v1 = parse(here('v1.yml')) as Definitions
const v2 = (parse(here('v2.yml')) as { services: Definitions }).services

function noCompose(): string | null {
  const { stdout } = spawnSync('docker-compose', ['version', '--short'], { encoding: 'utf8' })
  return String(stdout).startsWith('1.29')
    ? null
    : 'no docker-compose 1.29 on this machine (Debian package docker-compose)'
}

t.test('every key of a service is used', (t) => {
  const schema = JSON.parse(readFileSync(new URL('../../../schemas/cloud-config.schema.json', import.meta.url), 'utf8'))
  const keys = Object.keys(schema.$defs.service.properties)
  const used = new Set(Object.values({ ...v1, ...v2 }).flatMap(Object.keys))
  t.ok(keys.length > 60, `${keys.length} keys`)
  t.same(
    keys.filter((key) => !used.has(key) && !Object.hasOwn(WITHOUT, key) && !Object.hasOwn(UNKNOWN_TO_IT, key)),
    []
  )
  t.end()
})

t.test(
  'what both make of the same definitions is the same',
  { skip: noDockerd() ?? noCompose() ?? false },
  async (t) => {
    const machine = await startEngine('user', () => ['--add-runtime=other=/usr/sbin/runc'], { ownNetwork: true })
    const dir = mkdtempSync(join(tmpdir(), 'rosd-equivalence-'))
    t.teardown(async () => {
      await machine.destroy()
      rmSync(dir, { recursive: true, force: true })
    })
    const engine = new Dockerode({ socketPath: machine.socket })
    const archive = join(dir, 'image.tar')
    writeTestImage(archive, IMAGE)
    await machine.docker.load(archive, () => {}, AbortSignal.timeout(120_000))
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text)
    }
    put(
      'app.env',
      '# of the app\nPLAIN=one two  # a comment\n\nexport QUOTED="two\\tthree # four"\nSINGLE=\'$HOME\'\nEMPTY=\nBOTH=from the file\n'
    )
    put('more.env', 'PLAIN=later\nURL=http://example.org/?a=b#c\n')
    put('app/Dockerfile', `FROM ${IMAGE}\nCOPY kept /kept/\nENV BUILT=yes\n`)
    put('app/Dockerfile.other', `FROM ${IMAGE}\nENV BUILT=otherwise\n`)
    put('app/.dockerignore', '*.log\n!kept/this.log\n')
    put(`app/kept/${'long'.repeat(30)}`, 'long')
    put('app/kept/this.log', 'kept')
    put('app/other.log', 'left out')
    put('v1.yml', here('v1.yml'))
    put('v2.yml', here('v2.yml'))
    const network = { Driver: 'bridge', IPAM: { Driver: 'default', Config: [{ Subnet: '172.31.200.0/24' }] } }
    await engine.createNetwork({ Name: 'backend', ...network })
    await engine.createContainer({ name: 'outside', Image: IMAGE })
    const environment = { ...GIVEN, DIR: dir }

    const { ApiVersion } = await engine.version()
    // What a link or a namespace is of has to run for docker-compose to see it.
    for (const [file, ...how] of [
      ['v1.yml', '--detach', 'plain'],
      ['v1.yml', '--no-start'],
      ['v2.yml', '--no-start']
    ] as const) {
      const argv = ['--compatibility', '-p', PROJECT, '-f', file, 'up', ...how]
      const env = {
        PATH: process.env.PATH,
        DOCKER_HOST: `unix://${machine.socket}`,
        COMPOSE_API_VERSION: ApiVersion,
        ...environment
      }
      const { status, stderr } = spawnSync('docker-compose', argv, { cwd: dir, env, encoding: 'utf8' })
      if (status !== 0) throw new Error(`docker-compose ${file}: ${stderr}`)
    }

    const unknown = Object.entries(UNKNOWN_TO_IT).map(([key, { service }]) => [
      key,
      { image: IMAGE, ...parse(service) }
    ])
    const services = { ...v1, ...v2, ...Object.fromEntries(unknown) }
    const { data } = built(user(JSON.stringify({ rancher: { environment, services } })))
    await makeOurs(data, machine.docker, AbortSignal.timeout(120_000))

    const names = Object.keys({ ...v1, ...v2 })
    const inspected = async (name: string) => await engine.getContainer(name).inspect()
    const theirs = new Map(
      await Promise.all(names.map(async (name) => [name, await inspected(`${PROJECT}_${name}_1`)] as const))
    )
    const ours = new Map(await Promise.all(names.map(async (name) => [name, await inspected(name)] as const)))
    const known = new Map<string, string>()
    for (const [name, { Id }] of [...theirs, ...ours]) known.set(Id, name).set(`${PROJECT}_${name}_1`, name)

    const used = new Set<(typeof INTENDED)[number]>()
    for (const name of names) {
      const [their, our] = [theirs.get(name), ours.get(name)]
      if (their === undefined || our === undefined) throw new Error(name)
      const unmeant = unlike(fieldsOf(their, known), fieldsOf(our, known)).filter((one) => {
        const intended = INTENDED.find(
          ({ field, services: of, theirs: a, ours: b }) =>
            field === one.field && of.test(name) && a.test(one.theirs) && b.test(one.ours)
        )
        if (intended !== undefined) used.add(intended)
        return intended === undefined
      })
      t.same(unmeant, [], name)
    }
    t.same(
      INTENDED.filter((one) => !used.has(one)),
      [],
      'every difference that is meant is there'
    )
    for (const [key, { field, is }] of Object.entries(UNKNOWN_TO_IT)) {
      t.equal(fieldsOf(await inspected(key), known).get(field), is, key)
    }
  }
)

/** Through the kinds, as the loop does, in the order the needs ask for; nothing is started. */
async function makeOurs(data: CloudConfig, docker: Host['docker']['user'], signal: AbortSignal): Promise<void> {
  const version = { version: '1', kernel: '6' }
  const files = {
    read: async (path: string) => readFileSync(path, 'utf8'),
    list: async () => [],
    remove: async () => {}
  }
  const wall = { now: () => Date.now(), ring: () => {}, rings: NEVER }
  const host = { docker: { user: docker, system: away }, files, wall, progress: () => {} } as unknown as Host // all that they ask for
  const envFiles = await envFilesOf(files, data, version)
  const stopped = Object.keys(data.rancher?.services ?? {}).map((name) => `container/user/${name}`)
  const desired: Desired = {
    data,
    facts: { links: [], namespaces: false, stopped, shipped: {}, envFiles, ...version },
    from: (path) => path.join('.')
  }
  const wants = [...image.want(desired)]
  const there = await image.observe(
    host,
    wants.map(({ key }) => key),
    signal
  )
  for (const { key, spec } of wants) {
    if (there.has(key)) continue
    await image.act(host, { key, verb: 'create', to: spec } as unknown as Action<'image'>, signal)
  }
  const left = new Map([...container.want(desired)].map((want) => [want.key as string, want]))
  while (left.size > 0) {
    const [next] = [...left.values()].filter(({ needs }) => !needs.some((need) => left.has(need)))
    if (next === undefined) throw new Error(`a circle: ${[...left.keys()].join(', ')}`)
    const action = { key: next.key, verb: 'create', to: next.spec, from: null }
    await container.act(host, action as unknown as Action<'container'>, signal)
    left.delete(next.key)
  }
}
