// Bounds of a container that its engine can change while it runs: read off what is wanted and off what is there, compared,
// and written as the body of an update. Pure.
import type { ContainerResources } from '../core/container.ts'

type Body = Readonly<Record<string, unknown>>
type Field = keyof ContainerResources

/** Keys of a create body's HostConfig that hold them; what the hash of a definition leaves out. */
export const RESOURCE_KEYS = [
  'Memory',
  'MemorySwap',
  'MemoryReservation',
  'NanoCpus',
  'CpuShares',
  'CpuQuota',
  'CpuPeriod',
  'CpusetCpus',
  'PidsLimit',
  'RestartPolicy'
] as const

/** The kernel's own period, in microseconds. */
const PERIOD = 100_000

/** What an engine makes of a create body, every bound said. */
export function resourcesOf(host: Body): ContainerResources {
  const number = (key: string): number => Number(host[key] ?? 0)
  const memory = number('Memory')
  const swap = number('MemorySwap')
  return {
    memory,
    // As much swap as memory is what the engine gives who says nothing.
    memorySwap: swap !== 0 ? swap : memory * 2,
    memoryReservation: number('MemoryReservation'),
    nanoCpus: number('NanoCpus'),
    cpuShares: number('CpuShares'),
    cpuQuota: Math.max(0, number('CpuQuota')),
    cpuPeriod: number('CpuPeriod') === PERIOD ? 0 : number('CpuPeriod'),
    cpuset: typeof host.CpusetCpus === 'string' ? host.CpusetCpus : '',
    pids: Math.max(0, number('PidsLimit')),
    restart: restartOf(host.RestartPolicy)
  }
}

/** Those of a container as its engine tells them: what it says nothing of (this kernel can not bound it) is left out. */
export function seenResources(host: Body): Partial<ContainerResources> {
  const all = resourcesOf(host)
  const known = (field: Field) => KEYS[field] in host
  const swap = Number(host.MemorySwap ?? 0)
  return Object.fromEntries(
    // The engine has doubled already where it wanted to.
    Object.entries({ ...all, memorySwap: swap }).filter(([field]) => known(field as Field)) // its own keys
  )
}

/** One bound that is not as wanted. */
export interface ResourceChange {
  readonly field: Field
  readonly from: number | string
  readonly to: number | string
  /** False where only a new container can have it: in an update 0 means "as it is". */
  readonly live: boolean
}

/** In the order people read them; empty when all are as wanted. */
export function resourceChanges(
  want: ContainerResources,
  seen: Partial<ContainerResources>
): readonly ResourceChange[] {
  return FIELDS.flatMap((field): readonly ResourceChange[] => {
    const [from, to] = [seen[field], want[field]]
    return from === undefined || from === to ? [] : [{ field, from, to, live: isLive(field, want, seen) }]
  })
}

/** Body of POST /containers/ID/update that closes the gap. */
export function updateBody(want: ContainerResources, changes: readonly ResourceChange[]): Body {
  const body: Record<string, unknown> = {}
  for (const { field } of changes) Object.assign(body, partOf(field, want))
  return body
}

/** `memory 16 MiB -> 32 MiB, restart no -> always`. */
export function resourceText(changes: readonly ResourceChange[]): string {
  return resourceFields(changes)
    .map(({ field, from, to }) => `${field} ${from} -> ${to}`)
    .join(', ')
}

export interface ResourceField {
  readonly field: string
  readonly from: string
  readonly to: string
}

/** The changes in words. What only follows the memory bound is not worth one. */
export function resourceFields(changes: readonly ResourceChange[]): readonly ResourceField[] {
  const memory = changes.find(({ field }) => field === 'memory')
  const follows = ({ field, from, to }: ResourceChange) =>
    field === 'memorySwap' && memory !== undefined && from === doubled(memory.from) && to === doubled(memory.to)
  return changes
    .filter((change) => !follows(change))
    .map(({ field, from, to }) => ({ field: NAMES[field], from: shown(field, from), to: shown(field, to) }))
}

const doubled = (bytes: number | string): number => Number(bytes) * 2

const KEYS: Readonly<Record<Field, (typeof RESOURCE_KEYS)[number]>> = {
  memory: 'Memory',
  memorySwap: 'MemorySwap',
  memoryReservation: 'MemoryReservation',
  nanoCpus: 'NanoCpus',
  cpuShares: 'CpuShares',
  cpuQuota: 'CpuQuota',
  cpuPeriod: 'CpuPeriod',
  cpuset: 'CpusetCpus',
  pids: 'PidsLimit',
  restart: 'RestartPolicy'
}

const FIELDS = Object.keys(KEYS) as readonly Field[] // the keys of a record over Field

const NAMES: Readonly<Record<Field, string>> = {
  memory: 'memory',
  memorySwap: 'memory and swap',
  memoryReservation: 'memory reservation',
  nanoCpus: 'cpus',
  cpuShares: 'cpu shares',
  cpuQuota: 'cpu quota',
  cpuPeriod: 'cpu period',
  cpuset: 'cpuset',
  pids: 'processes',
  restart: 'restart'
}

function isLive(field: Field, want: ContainerResources, seen: Partial<ContainerResources>): boolean {
  switch (field) {
    case 'restart':
    case 'pids':
    case 'cpuPeriod':
      return true
    case 'cpuQuota':
      // -1 takes it away; the engine refuses a quota beside a number of CPUs.
      return want.cpuQuota === 0 || (seen.nanoCpus ?? 0) === 0
    case 'nanoCpus':
      return want.nanoCpus !== 0 && (seen.cpuQuota ?? 0) === 0
    case 'memorySwap':
      // -1 changes the engine's book and not the kernel's bound (measured with 20.10).
      return want.memorySwap > 0
    default:
      return want[field] !== 0 && want[field] !== ''
  }
}

function partOf(field: Field, want: ContainerResources): Body {
  switch (field) {
    case 'memory':
    case 'memorySwap':
      // One alone is refused where it would pass the other.
      return { Memory: want.memory, MemorySwap: want.memorySwap }
    case 'cpuQuota':
      return { CpuQuota: want.cpuQuota === 0 ? -1 : want.cpuQuota }
    case 'cpuPeriod':
      return { CpuPeriod: want.cpuPeriod === 0 ? PERIOD : want.cpuPeriod }
    case 'restart': {
      const [name = '', times = '0'] = want.restart.split(':')
      return { RestartPolicy: { Name: name, MaximumRetryCount: Number(times) } }
    }
    default:
      return { [KEYS[field]]: want[field] }
  }
}

function restartOf(policy: unknown): string {
  const { Name = '', MaximumRetryCount = 0 } = (policy ?? {}) as { Name?: string; MaximumRetryCount?: number } // the API's shape
  if (Name === '') return 'no'
  return MaximumRetryCount > 0 ? `${Name}:${MaximumRetryCount}` : Name
}

const BYTES = new Set<Field>(['memory', 'memorySwap', 'memoryReservation'])

function shown(field: Field, value: number | string): string {
  if (value === 0 || value === '' || value === -1)
    return field === 'cpuShares' || field === 'cpuPeriod' ? 'default' : 'unlimited'
  if (field === 'nanoCpus') return String(Number(value) / 1e9)
  if (field === 'cpuQuota' || field === 'cpuPeriod') return `${value} µs`
  return BYTES.has(field) ? sized(Number(value)) : String(value)
}

function sized(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  let size = bytes
  for (; size % 1024 === 0 && unit < units.length - 1; unit += 1) size /= 1024
  return `${size} ${units[unit]}`
}
