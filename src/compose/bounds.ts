// Bounds of a container in the words of a service of the document. Pure.
import type { ContainerResources } from '../core/container.ts'
import type { Value } from '../document/value.ts'

type Bounds = Partial<ContainerResources>

export interface SaidBounds {
  /** Keys of a service; undefined: none is said. */
  readonly keys: Readonly<Record<string, Value | undefined>>
  readonly lost: readonly string[]
}

/** What `seen` has otherwise than `want`. */
export function saidBounds(seen: Bounds, want: ContainerResources): SaidBounds {
  const keys: Record<string, Value | undefined> = {}
  const lost: string[] = []
  const differs = (field: keyof ContainerResources) => seen[field] !== undefined && seen[field] !== want[field]
  const whole = (field: 'memory' | 'memoryReservation' | 'cpuShares' | 'cpuQuota' | 'pids', key: string) => {
    if (differs(field)) keys[key] = seen[field] === 0 ? undefined : Number(seen[field])
  }
  whole('memory', 'mem_limit')
  whole('memoryReservation', 'mem_reservation')
  whole('cpuShares', 'cpu_shares')
  whole('cpuQuota', 'cpu_quota')
  whole('pids', 'pids_limit')
  if (differs('nanoCpus')) keys.cpus = seen.nanoCpus === 0 ? undefined : String(Number(seen.nanoCpus) / 1e9)
  if (differs('cpuset')) keys.cpuset = seen.cpuset === '' ? undefined : (seen.cpuset ?? '')
  if (differs('restart')) keys.restart = seen.restart ?? 'no'
  // Twice the memory is what nobody has to say.
  if (differs('memorySwap'))
    keys.memswap_limit =
      seen.memorySwap === 0 || seen.memorySwap === (seen.memory ?? want.memory) * 2
        ? undefined
        : Number(seen.memorySwap)
  if (differs('cpuPeriod')) lost.push(`cpu period ${seen.cpuPeriod} µs`)
  return { keys, lost }
}
