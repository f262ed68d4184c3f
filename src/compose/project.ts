// All services of the document as the containers they mean, with what each has to wait for. Pure.
import type { CloudConfig, Service } from '../document/types.gen.ts'
import { engineFlags } from '../core/engine-flags.ts'
import { listedAs } from '../core/image-reference.ts'
import { CREATED, createdEngine, scriptArguments } from '../core/created-engine.ts'
import { ENGINE_LABEL, wantedEngine } from '../core/engine-name.ts'
import { engineSettings } from '../core/engine-settings.ts'
import { engineWithTls, tlsDigest, tlsNeeds } from '../core/engine-tls.ts'
import { moduleName } from '../core/modules.ts'
import type { ContainerSpec } from '../core/container.ts'
import { CONSOLE } from '../core/write-files.ts'
import type { Gate, Key, Scope } from '../core/resource.ts'
import { aloneBecause } from './alone.ts'
import { lastingIdentity } from './console.ts'
import { type EnvFiles, withWritten } from './env-file.ts'
import { interpolate, serviceEnvironment } from './interpolate.ts'
import { orderOf } from './order.ts'
import { RESOURCE_KEYS, resourcesOf } from './resources.ts'
import { readSchedule, SCHEDULE } from './schedule.ts'
import {
  createBody,
  hashOf,
  imageOf,
  isSystem,
  labelsOf,
  sharing,
  stopSeconds,
  type Surroundings,
  volumesFrom
} from './service.ts'

/** Labels by which a container is known to be ours. */
export const LABEL = {
  key: 'io.rancher.os.key',
  hash: 'io.rancher.os.hash',
  needs: 'io.rancher.os.needs',
  /** Names of services, with commas between: when the container of one is made anew, this one starts again. */
  restarts: 'io.rancher.os.restarts'
} as const

export interface ProjectFacts {
  readonly version: string
  readonly kernel: string
  readonly shipped: Readonly<Record<string, string>>
  readonly stopped: readonly string[]
  readonly consoleRebuilds?: number
  readonly envFiles?: EnvFiles
  readonly down?: readonly string[]
}

export interface PlannedContainer {
  readonly key: Key<'container'>
  readonly spec: ContainerSpec
  readonly needs: readonly Key[]
  readonly gates?: Readonly<Record<Key, Gate>>
}

export function keyOf(scope: Scope, name: string): Key<'container'> {
  return `container/${scope}/${name}`
}

type Body = Readonly<Record<string, unknown>>

/** What was found out already; a hash and a container are made of the same body, by the service's name. */
interface Known {
  readonly hashes: Map<string, string>
  readonly bodies: Map<string, Body>
  readonly envFiles: EnvFiles
}

/** Every service as a container; of a definition that makes no sense, one that says so and is never created. */
export function project(data: CloudConfig, facts: ProjectFacts): readonly PlannedContainer[] {
  const services = data.rancher?.services ?? {}
  const envFiles = withWritten(facts.envFiles ?? {}, data)
  const known: Known = { hashes: new Map(), bodies: new Map(), envFiles }
  const { needs, gates } = orderOf(services)
  const lenders = new Set(Object.values(services).flatMap(lendersOf))
  return Object.entries(services).map(([name, service]) => {
    try {
      const one = {
        ...planned(name, service, data, facts, known, needs.get(name) ?? new Set()),
        ...gatesOf(service, gates.get(name))
      }
      return lenders.has(name) ? { ...one, spec: { ...one.spec, alone: 'others share what is its own' } } : one
    } catch (cause) {
      const scope: Scope = isSystem(service) ? 'system' : 'user'
      const broken = cause instanceof Error ? cause.message : String(cause)
      return { key: keyOf(scope, name), needs: [], spec: { ...NO_CONTAINER, scope, name, broken } }
    }
  })
}

function gatesOf(service: Service, gates: ReadonlyMap<string, Gate> | undefined): Pick<PlannedContainer, 'gates'> {
  if (gates === undefined || gates.size === 0) return {}
  const scope: Scope = isSystem(service) ? 'system' : 'user'
  return { gates: Object.fromEntries([...gates].map(([name, gate]) => [keyOf(scope, name), gate])) }
}

/** The services with whose containers its own starts again. */
function restartsWith(service: Service): readonly string[] {
  return Object.entries(service.depends_on ?? {}).flatMap(([name, { restart }]) => (restart === true ? [name] : []))
}

/** A spec that says nothing; what is known of a container that is no longer wanted is added to it. */
export const NO_CONTAINER: ContainerSpec = {
  scope: 'user',
  name: '',
  image: '',
  hash: '',
  create: {},
  resources: resourcesOf({}),
  alone: null,
  labels: {},
  run: 'service',
  again: 'never',
  stopSeconds: 10,
  broken: null,
  missing: null,
  up: true
}

function planned(
  name: string,
  service: Service,
  data: CloudConfig,
  facts: ProjectFacts,
  known: Known,
  others: ReadonlySet<string>
): PlannedContainer {
  const scope: Scope = isSystem(service) ? 'system' : 'user'
  const environment = serviceEnvironment(data.rancher?.environment, facts)
  const image = interpolate(imageOf(name, service), environment)
  const key = keyOf(scope, name)
  const labels = interpolate(labelsOf(service), environment)
  const restarts = restartsWith(service).join(',')
  const needs = needsOf(name, scope, image, others, data)
  const hash = hashInProject(name, data, facts, known)
  const create = body(name, service, data, environment, known)
  return {
    key,
    needs,
    spec: {
      scope,
      name,
      image,
      hash,
      create,
      resources: resourcesOf(hostOf(create)),
      alone: aloneBecause({ ...create, Labels: labels }, hostOf(create)),
      labels: {
        ...labels,
        ...(isUserDocker(scope, name) ? { [ENGINE_LABEL]: wantedEngine(data) } : {}),
        [LABEL.key]: key,
        [LABEL.hash]: hash,
        [LABEL.needs]: needs.filter(isContainer).join(','),
        ...(restarts === '' ? {} : { [LABEL.restarts]: restarts })
      },
      run: runOf(labels),
      again: again(service, scope),
      stopSeconds: stopSeconds(service),
      broken: null,
      missing: missingFile(interpolate(service.env_file ?? [], environment), known.envFiles),
      up: !facts.stopped.includes(key),
      ...(facts.down?.includes(key) === true ? { down: true } : {})
    }
  }
}

function missingFile(paths: readonly string[], found: EnvFiles): string | null {
  const path = paths.find((one) => (found[one] ?? null) === null)
  return path === undefined ? null : `its env_file ${path} is not there`
}

/** A schedule says when to start it, whatever else is said of its start. */
function runOf(labels: Readonly<Record<string, string>>): ContainerSpec['run'] {
  if (isScheduled(labels)) {
    const schedule = readSchedule(labels[SCHEDULE] ?? '')
    if (typeof schedule === 'string') throw new Error(`its label ${SCHEDULE} is no time: ${schedule}`)
    return 'scheduled'
  }
  if (labels['io.rancher.os.createonly'] === 'true') return 'volumes'
  return labels['io.rancher.os.detach'] === 'false' ? 'once' : 'service'
}

function isScheduled(labels: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(labels, SCHEDULE)
}

/**
 * Covers the definition without what an engine changes in place, the exact image where it came with the system, and all it
 * takes volumes or a namespace from: when one of those is made anew, so must this one be.
 */
function hashInProject(name: string, data: CloudConfig, facts: ProjectFacts, known: Known): string {
  const old = known.hashes.get(name)
  if (old !== undefined) return old
  known.hashes.set(name, 'circle')
  const services = data.rancher?.services ?? {}
  const service = Object.hasOwn(services, name) ? services[name] : undefined
  if (service === undefined) return ''
  const environment = serviceEnvironment(data.rancher?.environment, facts)
  const image = interpolate(imageOf(name, service), environment)
  const lasting = lastingIdentity(service)
  const rebuilds = name === CONSOLE && isSystem(service) ? facts.consoleRebuilds : undefined
  const hash = hashOf(
    lasting !== null
      ? { ...lasting, image, rebuilds }
      : {
          body: fixed(body(name, service, data, environment, known)),
          labels: labelsOf(service),
          restarts: restartsWith(service).join(',') || undefined,
          rebuilds,
          image: isSystem(service) ? facts.shipped[listedAs(image)] : undefined,
          from: lendersOf(service).map((other) => hashInProject(other, data, facts, known))
        }
  )
  known.hashes.set(name, hash)
  return hash
}

/** The services it takes volumes or a namespace from. */
function lendersOf(service: Service): readonly string[] {
  return [...volumesFrom(service), ...sharing(service).map(({ to }) => to)]
}

function fixed(create: Body): Body {
  const changing = new Set<string>(RESOURCE_KEYS)
  return {
    ...create,
    HostConfig: Object.fromEntries(Object.entries(hostOf(create)).filter(([key]) => !changing.has(key)))
  }
}

function hostOf(create: Body): Body {
  return (create.HostConfig ?? {}) as Body // createBody makes it a record
}

function body(
  name: string,
  service: Service,
  data: CloudConfig,
  environment: Readonly<Record<string, string>>,
  { bodies, envFiles }: Known
): Body {
  const before = bodies.get(name)
  if (before !== undefined) return before
  const made = bodyOf(name, service, data, { environment, envFiles })
  bodies.set(name, made)
  return made
}

function bodyOf(name: string, service: Service, data: CloudConfig, around: Omit<Surroundings, 'engineRestarts'>): Body {
  const system = isSystem(service)
  // An engine that starts a job again does so without regard to its times.
  const engineRestarts = !system && !isScheduled(labelsOf(service))
  const created = createBody(name, service, { ...around, engineRestarts })
  const beside = createdEngine(labelsOf(service))
  if (typeof beside === 'string') throw new Error(`its labels ${CREATED.name}, .net and .fix_ip: ${beside}`)
  if (beside !== null) return { ...created, Cmd: [...scriptArguments(beside), ...asList(created.Cmd)] }
  if (!isUserDocker(system ? 'system' : 'user', name)) return created
  // User Docker's flags are the document's rancher.docker, as its container's command.
  // It reads its keys when it starts: other keys, another container.
  const keys = tlsDigest(data) === '' ? [] : [`ROSD_TLS_KEYS=${tlsDigest(data)}`]
  const docker = engineWithTls(data)
  return {
    ...created,
    Cmd: engineFlags('user', { ...data, rancher: { ...data.rancher, docker } }),
    Env: [...asList(created.Env), ...(docker.environment ?? []), ...keys]
  }
}

function needsOf(
  name: string,
  scope: Scope,
  image: string,
  others: ReadonlySet<string>,
  data: CloudConfig
): readonly Key[] {
  const needs = new Set<Key>([`engine/${scope}`])
  if (image !== '') needs.add(`image/${scope}/${image}`)
  for (const other of others) needs.add(keyOf(scope, other))
  if (isUserDocker(scope, name)) for (const key of dockerNeeds(data)) needs.add(key)
  return [...needs].sort()
}

function isUserDocker(scope: Scope, name: string): boolean {
  return scope === 'system' && name === 'docker'
}

/** Modules that dockerd and iptables make use of. */
const ENGINE_MODULE = /^(overlay|veth|bridge|br_netfilter|nf_\w+|nft_\w+|xt_\w+|ip6?_tables|ip6?table_\w+)$/

/** What User Docker wants of the machine before it starts: its files, and those of the document's modules that it uses. Others may fail. */
function dockerNeeds(data: CloudConfig): readonly Key[] {
  const names = (data.rancher?.modules ?? []).map(moduleName)
  const { file } = engineSettings('user', data)
  return [
    ...names.filter((name) => ENGINE_MODULE.test(name)).map((name): Key => `module/${name}`),
    ...(file === null ? [] : [`file/${file}` as const]),
    ...tlsNeeds(data)
  ]
}

function again(service: Service, scope: Scope): ContainerSpec['again'] {
  const policy = service.restart?.split(':')[0]
  if (policy === 'always' || policy === 'unless-stopped') return 'always'
  if (policy === 'no' || policy === 'false') return 'never'
  return scope === 'user' && policy === 'on-failure' ? 'never' : 'on-failure'
}

function isContainer(key: Key): boolean {
  return key.startsWith('container/')
}

function asList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
