// When a new container of a service can run beside the old one, and when the old one has to stop first (decision 0023). Pure.
import { hasFixedAddress } from './networks.ts'
import { SCHEDULE } from './schedule.ts'

type Body = Readonly<Record<string, unknown>>

/**
 * Why a container made from `config` (with its labels) and `host`, the two halves of a create body, has to be the only one of its name that runs;
 * null: a second one does no harm. What is not known to be harmless is taken for harmful.
 */
export function aloneBecause(config: Body, host: Body): string | null {
  const [writable] = [...list(host.Binds), ...list(host.VolumesFrom)].filter((entry) => !isReadOnly(entry))
  const namespaces = [host.NetworkMode, host.PidMode, host.IpcMode, host.UTSMode].map(String)
  const shared = namespaces.find((mode) => mode.startsWith('container:'))
  if (host.PublishAllPorts === true || count(host.PortBindings) > 0) return 'it publishes ports'
  if (namespaces.includes('host')) return 'it shares namespaces of the machine'
  if (shared !== undefined) return `it shares a namespace of ${shared.slice('container:'.length)}`
  if (hasFixedAddress(config)) return 'its address is fixed'
  if (text(config.MacAddress) !== '') return 'its MAC address is fixed'
  if (writable !== undefined) return `it writes to ${writable.split(':')[0]}`
  if (host.Privileged === true) return 'it is privileged'
  if (count(host.Devices) > 0) return 'it has devices of the machine'
  if (config.Tty === true || config.OpenStdin === true) return 'it has a terminal'
  if (Object.hasOwn(config.Labels ?? {}, SCHEDULE)) return 'it runs at set times'
  return null
}

/** `SOURCE:PATH:ro,rshared` or `CONTAINER:ro`. */
function isReadOnly(entry: string): boolean {
  return (entry.split(':').slice(1).at(-1) ?? '').split(',').includes('ro')
}

function list(entries: unknown): readonly string[] {
  return Array.isArray(entries) ? entries.map(String) : []
}

function count(entries: unknown): number {
  return Object.keys(entries ?? {}).length
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
