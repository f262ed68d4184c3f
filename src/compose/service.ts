// One service of the document -> the body the engine creates its container from. Compose v1 keys as RancherOS took them
// (reference 1.6) and the Compose Specification keys people expect. Pure.
import { createHash } from 'node:crypto'
import type { Service } from '../document/types.gen.ts'
import { type EnvFiles, envFile } from './env-file.ts'
import { interpolate, resolveEnvironment } from './interpolate.ts'
import { endpoints, firstNetwork } from './networks.ts'
import { ports } from './ports.ts'
import { device, tmpfs } from './storage.ts'
import { bytes, nanoseconds, words } from './values.ts'

export type { Service } from '../document/types.gen.ts'
export type CreateBody = Readonly<Record<string, unknown>>

/** Settings that reach into every container: what a service inherits when it says nothing itself. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>
  /** False for system containers: there the agent itself starts what ended, in order. */
  readonly engineRestarts: boolean
  /** Files its environment may come from; absent: none of them is there. */
  readonly envFiles?: EnvFiles
}

export function isSystem(service: Service): boolean {
  return labelOf(service, 'io.rancher.os.scope') === 'system'
}

/** One label; undefined when the service has none of that name. */
export function labelOf({ labels = {} }: Service, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined
}

export function labelsOf(service: Service): Readonly<Record<string, string>> {
  return stringMap(service.labels)
}

/** `volumes_from` names without their `:ro`. */
export function volumesFrom(service: Service): readonly string[] {
  return (service.volumes_from ?? []).map(beforeColon)
}

/** The names in `links`, aliases left off. */
export function linksOf(service: Service): readonly string[] {
  return (service.links ?? []).map(beforeColon)
}

function beforeColon(entry: string): string {
  return entry.split(':', 1)[0] ?? ''
}

/** The containers whose namespaces it shares, from `net: container:NAME` and the like, and the keys that say so. */
export function sharing(service: Service): readonly { readonly key: string; readonly to: string }[] {
  const net = service.network_mode === undefined ? 'net' : 'network_mode'
  const found: { key: string; to: string }[] = []
  for (const key of [net, 'pid', 'ipc'] as const) {
    const mode = service[key]
    if (mode?.startsWith('container:') === true) found.push({ key, to: mode.slice('container:'.length) })
  }
  return found
}

/** The image it runs; one that is built goes by the name RancherOS gave it, unless it says one. '' : it names none. */
export function imageOf(name: string, { image, build }: Service): string {
  return image ?? (build === undefined ? '' : `os_${name.toLowerCase()}`)
}

/** Body of POST /containers/create. Throws with a sentence where a value can not be one (a size, a port). */
export function createBody(name: string, raw: Service, around: Surroundings): CreateBody {
  const service = interpolate(raw, around.environment)
  const published = (service.ports ?? []).flatMap(ports)
  const { limits, reservations } = service.deploy?.resources ?? {}
  const cpus = service.cpus ?? limits?.cpus
  const binds = (service.volumes ?? []).filter((volume) => volume.includes(':'))
  const anonymous = (service.volumes ?? []).filter((volume) => !volume.includes(':'))
  const exposed = [
    ...(service.expose ?? []).map((port) => (String(port).includes('/') ? String(port) : `${port}/tcp`)),
    ...published.map((port) => port.container)
  ]
  return prune({
    Image: imageOf(name, service) || undefined,
    Cmd: argv(service.command),
    Entrypoint: argv(service.entrypoint),
    Env: resolveEnvironment(name, service.environment, around.environment, fromFiles(service, around)),
    Hostname: service.hostname,
    Domainname: service.domainname,
    User: service.user === undefined ? undefined : String(service.user),
    WorkingDir: service.working_dir,
    Tty: service.tty,
    OpenStdin: service.stdin_open,
    StopSignal: service.stop_signal,
    StopTimeout: service.stop_grace_period === undefined ? undefined : stopSeconds(service),
    MacAddress: service.mac_address,
    ExposedPorts: setOf(exposed),
    Volumes: setOf(anonymous),
    Healthcheck: health(service),
    NetworkingConfig: endpoints(name, service),
    HostConfig: prune({
      Binds: binds,
      VolumesFrom: service.volumes_from,
      VolumeDriver: service.volume_driver,
      Tmpfs: service.tmpfs === undefined ? undefined : Object.fromEntries(list(service.tmpfs)?.map(tmpfs) ?? []),
      NetworkMode: netOf(service) ?? firstNetwork(service),
      PidMode: service.pid,
      IpcMode: service.ipc,
      UTSMode: service.uts,
      UsernsMode: service.userns_mode,
      Runtime: service.runtime,
      CgroupnsMode: service.cgroup,
      CgroupParent: service.cgroup_parent,
      Privileged: service.privileged,
      CapAdd: service.cap_add,
      CapDrop: service.cap_drop,
      SecurityOpt: service.security_opt,
      ReadonlyRootfs: service.read_only,
      Init: service.init,
      Dns: list(service.dns),
      DnsSearch: list(service.dns_search),
      ExtraHosts: hosts(service.extra_hosts),
      Links: [...(service.links ?? []), ...(service.external_links ?? [])].map(named),
      PortBindings: bindings(published),
      Devices: service.devices?.map(device),
      Ulimits: ulimits(service.ulimits),
      Sysctls: service.sysctls === undefined ? undefined : stringMap(service.sysctls),
      ShmSize: bytes(service.shm_size),
      Memory: bytes(service.mem_limit ?? limits?.memory),
      MemorySwap: bytes(service.memswap_limit),
      MemoryReservation: bytes(service.mem_reservation ?? reservations?.memory),
      MemorySwappiness: service.mem_swappiness,
      OomKillDisable: service.oom_kill_disable,
      OomScoreAdj: service.oom_score_adj,
      NanoCpus: cpus === undefined ? undefined : Math.round(Number(cpus) * 1e9),
      PidsLimit: service.pids_limit ?? limits?.pids,
      CpuShares: service.cpu_shares,
      CpuQuota: service.cpu_quota,
      CpusetCpus: service.cpuset === undefined ? undefined : String(service.cpuset),
      RestartPolicy: around.engineRestarts ? restart(service.restart) : undefined,
      LogConfig:
        service.log_driver === undefined && service.log_opt === undefined
          ? undefined
          : // An empty type is the engine's own driver, and keeps the engine's own options beside these.
            { Type: service.log_driver ?? '', Config: stringMap(service.log_opt) }
    })
  })
}

/** Seconds between SIGTERM and SIGKILL: stop_grace_period, else Docker's 10. */
export function stopSeconds(service: Service): number {
  return Math.ceil((nanoseconds(service.stop_grace_period) ?? 10e9) / 1e9)
}

/** sha256 over any plain value, independent of the order of keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`
}

/** A link says the name it goes by; its own where it says none. */
function named(link: string): string {
  return link.includes(':') ? link : `${link}:${link}`
}

function netOf(service: Service): string | undefined {
  return service.network_mode ?? service.net
}

/** A later file counts over an earlier one. */
function fromFiles({ env_file = [] }: Service, { envFiles = {} }: Surroundings): ReturnType<typeof envFile> {
  return env_file.flatMap((path) => envFile(envFiles[path] ?? ''))
}

function argv(command: string | readonly string[] | null | undefined): readonly string[] | undefined {
  if (command === undefined || command === null) return undefined
  return typeof command === 'string' ? words(command) : command
}

function health(service: Service): Readonly<Record<string, unknown>> | undefined {
  const check = service.healthcheck
  if (check === undefined) return undefined
  if (check.disable === true) return { Test: ['NONE'] }
  return prune({
    Test: typeof check.test === 'string' ? ['CMD-SHELL', check.test] : check.test,
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    StartPeriod: nanoseconds(check.start_period),
    StartInterval: nanoseconds(check.start_interval),
    Retries: check.retries
  })
}

function restart(policy: string | undefined): { Name: string; MaximumRetryCount?: number } | undefined {
  if (policy === undefined) return undefined
  if (policy === 'false') return { Name: 'no' }
  const [name = '', times] = policy.split(':')
  return times === undefined ? { Name: name } : { Name: name, MaximumRetryCount: Number(times) }
}

function bindings(published: ReturnType<typeof ports>): Readonly<Record<string, unknown>> | undefined {
  if (published.length === 0) return undefined
  const result: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const port of published) (result[port.container] ??= []).push({ HostIp: port.hostIp, HostPort: port.hostPort })
  return result
}

function ulimits(limits: Service['ulimits']): readonly unknown[] | undefined {
  if (limits === undefined) return undefined
  return Object.entries(limits).map(([Name, limit]) =>
    typeof limit === 'object' && limit !== null
      ? { Name, Soft: limit.soft, Hard: limit.hard }
      : { Name, Soft: limit, Hard: limit }
  )
}

function hosts(entries: Service['extra_hosts']): readonly string[] | undefined {
  if (entries === undefined) return undefined
  return Array.isArray(entries)
    ? entries
    : Object.entries(entries).map(([name, address]) => `${name}:${String(address)}`)
}

function list(entries: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof entries === 'string' ? [entries] : entries
}

/** A map or a list of `k=v` as a map of strings, in key order. */
function stringMap(entries: unknown): Readonly<Record<string, string>> {
  const pairs: [string, string][] = Array.isArray(entries)
    ? entries.map((entry) => {
        const text = String(entry)
        const at = text.indexOf('=')
        return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
      })
    : Object.entries(entries ?? {}).map(([key, value]) => [key, value === null ? '' : String(value)])
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function setOf(names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  return names.length === 0 ? undefined : Object.fromEntries([...new Set(names)].map((name) => [name, {}]))
}

/** Leaves out what was not given, so that the hash does not depend on how absence is spelled. */
function prune(body: Record<string, unknown>): CreateBody {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
  )
}
