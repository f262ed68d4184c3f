// Which parts of a definition a container was made with otherwise: for people, by the document's own words. Pure.
import type { ContainerDefinition } from '../core/container.ts'

type Body = Readonly<Record<string, unknown>>

/** What an image may say in its place: only compared where the document says it. */
const CONFIG: Readonly<Record<string, string>> = {
  Cmd: 'command',
  Entrypoint: 'entrypoint',
  User: 'user',
  WorkingDir: 'working_dir',
  Hostname: 'hostname',
  Domainname: 'domainname',
  Tty: 'tty',
  OpenStdin: 'stdin_open',
  StopSignal: 'stop_signal',
  StopTimeout: 'stop_grace_period',
  MacAddress: 'mac_address'
}

/** What is nothing unless the document says it. */
const HOST: Readonly<Record<string, string>> = {
  Binds: 'volumes',
  VolumesFrom: 'volumes_from',
  Tmpfs: 'tmpfs',
  PortBindings: 'ports',
  Privileged: 'privileged',
  CapAdd: 'cap_add',
  CapDrop: 'cap_drop',
  ReadonlyRootfs: 'read_only',
  Dns: 'dns',
  DnsSearch: 'dns_search',
  ExtraHosts: 'extra_hosts',
  Devices: 'devices',
  Ulimits: 'ulimits',
  NetworkMode: 'net',
  PidMode: 'pid',
  UTSMode: 'uts',
  UsernsMode: 'userns_mode'
}

/** What an engine or a kernel has its own word for: only compared where the document says it. */
const HOST_IF_SAID: Readonly<Record<string, string>> = {
  Runtime: 'runtime',
  MemorySwappiness: 'mem_swappiness',
  OomKillDisable: 'oom_kill_disable',
  OomScoreAdj: 'oom_score_adj'
}

export interface Difference {
  /** A key of a service in the document. */
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

/**
 * The parts of `create` (a create body) that `made` has otherwise, of those that can be compared: an empty list does not mean
 * that they are the same. Of the environment only names are told: `from` and `to` hold those that differ.
 */
export function differences(create: Body, made: ContainerDefinition): readonly Difference[] {
  const host = (create.HostConfig ?? {}) as Body // createBody makes it a record
  const found: Difference[] = []
  for (const [key, field] of Object.entries(CONFIG)) {
    if (create[key] !== undefined && !same(create[key], made.config[key]))
      found.push({ field, from: made.config[key], to: create[key] })
  }
  for (const [key, field] of Object.entries(HOST)) {
    if (!same(host[key], made.host[key])) found.push({ field, from: made.host[key], to: host[key] })
  }
  for (const [key, field] of Object.entries(HOST_IF_SAID)) {
    if (host[key] !== undefined && !same(host[key], made.host[key]))
      found.push({ field, from: made.host[key], to: host[key] })
  }
  return [...found, ...environment(create, made), ...health(create, made)].sort((a, b) => (a.field < b.field ? -1 : 1))
}

function environment(create: Body, made: ContainerDefinition): readonly Difference[] {
  const had = new Set(strings(made.config.Env))
  const wanted = strings(create.Env)
  const names = wanted.filter((entry) => !had.has(entry)).map(nameOf)
  if (names.length === 0) return []
  const before = new Set([...had].map(nameOf))
  const changed = names.filter((name) => before.has(name))
  return [{ field: 'environment', from: changed.length === 0 ? undefined : changed, to: names }]
}

/** The engine adds what was not said as 0. */
function health(create: Body, made: ContainerDefinition): readonly Difference[] {
  const wanted = create.Healthcheck as Body | undefined // createBody makes it a record
  const is = (made.config.Healthcheck ?? {}) as Body
  if (wanted === undefined || Object.entries(wanted).every(([key, value]) => same(value, is[key]))) return []
  return [{ field: 'healthcheck', from: is, to: wanted }]
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

/** Nothing, however it is spelled, is null; a container that is to have no other network has the engine's bridge. */
function plain(value: unknown): unknown {
  const empty =
    value === undefined ||
    value === false ||
    value === '' ||
    value === 'default' ||
    value === 'bridge' ||
    (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
  return empty ? null : value
}

function strings(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : []
}

function nameOf(entry: string): string {
  return entry.split('=', 1)[0] ?? ''
}
