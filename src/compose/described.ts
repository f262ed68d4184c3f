// A container that somebody else made, as a service of the document: as far as our keys can say it. Pure.
import type { ContainerDefinition } from '../core/container.ts'
import type { Value } from '../document/value.ts'
import { saidBounds } from './bounds.ts'
import { resourcesOf, seenResources } from './resources.ts'

type Words = Readonly<Record<string, unknown>>

export interface Described {
  readonly service: Readonly<Record<string, Value>>
  /** What it has that our keys can not say. */
  readonly lost: readonly string[]
}

/** Keys of HostConfig that are as the engine has them when nobody says anything, or are said by other keys. */
const QUIET = new Set(
  `Binds PortBindings RestartPolicy NetworkMode Privileged CapAdd CapDrop ReadonlyRootfs Dns DnsSearch ExtraHosts Devices Tmpfs
  VolumesFrom PidMode IpcMode ContainerIDFile LogConfig AutoRemove ShmSize Runtime ConsoleSize Isolation MaskedPaths ReadonlyPaths
  Memory MemorySwap MemoryReservation NanoCpus CpuShares CpuQuota CpuPeriod CpusetCpus PidsLimit CgroupnsMode SecurityOpt Init
  Ulimits Sysctls UTSMode OomScoreAdj MemorySwappiness VolumeDriver KernelMemory CgroupParent Links Annotations`.split(
    /\s+/
  )
)

/** `id` of the container: its host name, unless somebody gave it one. */
export function described(id: string, { config, host }: ContainerDefinition): Described {
  const { lost: lostBounds, keys: bounds } = saidBounds(seenResources(host), resourcesOf({}))
  const service: Record<string, Value | undefined> = {
    image: text(config.Image),
    command: list(config.Cmd),
    entrypoint: list(config.Entrypoint),
    environment: list(config.Env),
    labels: strings(config.Labels),
    user: text(config.User),
    working_dir: text(config.WorkingDir),
    hostname: id.startsWith(String(config.Hostname)) ? undefined : text(config.Hostname),
    domainname: text(config.Domainname),
    tty: yes(config.Tty),
    stdin_open: yes(config.OpenStdin),
    stop_signal: text(config.StopSignal),
    volumes: join(
      list(host.Binds),
      Object.keys(strings(config.Volumes) ?? {}).filter((path) => !bound(host, path))
    ),
    ports: ports(host.PortBindings),
    expose: exposed(config.ExposedPorts, host.PortBindings),
    net: other(host.NetworkMode, 'default', 'bridge'),
    pid: text(host.PidMode),
    ipc: other(host.IpcMode, 'private', 'shareable'),
    uts: text(host.UTSMode),
    privileged: yes(host.Privileged),
    read_only: yes(host.ReadonlyRootfs),
    init: yes(host.Init),
    cap_add: list(host.CapAdd),
    cap_drop: list(host.CapDrop),
    security_opt: list(host.SecurityOpt),
    dns: list(host.Dns),
    dns_search: list(host.DnsSearch),
    extra_hosts: list(host.ExtraHosts),
    volumes_from: list(host.VolumesFrom),
    devices: devices(host.Devices),
    tmpfs: Object.entries(strings(host.Tmpfs) ?? {}).map(([path, how]) => (how === '' ? path : `${path}:${how}`)),
    sysctls: strings(host.Sysctls),
    ...bounds
  }
  return { service: said(service), lost: [...lostBounds, ...unsaid(config, host)] }
}

/** Empty ones are not said. */
function said(service: Readonly<Record<string, Value | undefined>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(service).flatMap(([key, value]) => {
      const empty = value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
      return empty ? [] : [[key, literal(value)]]
    })
  )
}

/** A dollar that is to stay one: values of services are filled in. */
function literal(value: Value): Value {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$')
  if (Array.isArray(value)) return value.map(literal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, literal(one)]))
}

function unsaid(config: Words, host: Words): readonly string[] {
  const plain = (value: unknown) =>
    value === null ||
    value === 0 ||
    value === '' ||
    value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  const others = Object.entries(host).filter(([key, value]) => !QUIET.has(key) && value !== undefined && !plain(value))
  return [
    ...others.map(([key]) => key),
    ...(host.AutoRemove === true ? ['AutoRemove: a service stays'] : []),
    ...(list(host.Links) === undefined ? [] : ['Links']),
    ...(list(host.Ulimits) === undefined ? [] : ['Ulimits']),
    ...(plain(config.Healthcheck ?? null) ? [] : ['Healthcheck: the one of the image counts'])
  ]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A word that is none of those the engine takes by itself. */
function other(value: unknown, ...own: readonly string[]): string | undefined {
  const word = text(value)
  return word === undefined || own.includes(word) ? undefined : word
}

function yes(value: unknown): true | undefined {
  return value === true ? true : undefined
}

function list(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined
}

function strings(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, typeof one === 'string' ? one : '']))
}

function join(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return lists.flatMap((one) => one ?? [])
}

function bound(host: Words, path: string): boolean {
  return (list(host.Binds) ?? []).some((bind) => bind.split(':')[1] === path)
}

/** `127.0.0.1:8080:80/udp`; of tcp the protocol is not said. */
function ports(bindings: unknown): readonly string[] {
  return Object.entries((bindings ?? {}) as Readonly<Record<string, readonly Words[] | null>>) // the API's shape
    .flatMap(([port, hosts]) =>
      (hosts ?? []).map(({ HostIp = '', HostPort = '' }) => {
        const ip = HostIp === '' ? '' : `${String(HostIp).includes(':') ? `[${String(HostIp)}]` : String(HostIp)}:`
        const inside = port.replace(/\/tcp$/, '')
        return HostPort === '' && ip === '' ? inside : `${ip}${String(HostPort)}:${inside}`
      })
    )
}

function exposed(all: unknown, bindings: unknown): readonly string[] {
  const published = new Set(Object.keys((bindings ?? {}) as object)) // the API's shape
  return Object.keys((all ?? {}) as object) // the API's shape
    .filter((port) => !published.has(port))
    .map((port) => port.replace(/\/tcp$/, ''))
}

function devices(all: unknown): readonly string[] {
  if (!Array.isArray(all)) return []
  return (all as readonly Words[]).map(
    (
      { PathOnHost, PathInContainer, CgroupPermissions } // the API's shape
    ) => `${String(PathOnHost)}:${String(PathInContainer)}:${String(CgroupPermissions)}`
  )
}
