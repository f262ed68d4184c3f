// Published ports, as Compose writes them.
import { isAddress } from '../core/cidr.ts'
import { NotationError } from './values.ts'

export interface PublishedPort {
  /** `80/tcp` */
  readonly container: string
  readonly hostIp: string
  /** '' : the engine picks one; `8000-8010`: one of these. */
  readonly hostPort: string
}

export type Range = readonly [first: number, last: number]

/** An entry of `ports`, ranges not yet taken apart. */
export interface PortRange {
  readonly hostIp: string
  /** null: the engine picks. */
  readonly host: Range | null
  readonly container: Range
  readonly protocol: string
}

const EXPECTED = 'HOST:CONTAINER, for instance 8080:80'

/** `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, ranges on both sides included; an IPv6 address stands in brackets. */
export function portRange(text: string | number): PortRange {
  const [spec = '', protocol = 'tcp', ...more] = String(text).split('/')
  if (!/^(?:tcp|udp|sctp)$/i.test(protocol) || more.length > 0)
    throw new NotationError(`port '${text}' is of no protocol there is`, 'tcp, udp or sctp, for instance 53:53/udp')
  const match = /^(?:(?:(\[[^\]]+\]|[^:]*):)?([^:]*):)?([^:]+)$/.exec(spec)
  const container = range(match?.[3] ?? '', text)
  const host = (match?.[2] ?? '') === '' ? null : range(match?.[2] ?? '', text)
  if (host !== null && length(host) !== length(container) && length(container) !== 1)
    throw new NotationError(`port '${text}': the two ranges have different lengths`, 'for instance 8000-8003:80-83')
  const hostIp = (match?.[1] ?? '').replace(/^\[|\]$/g, '')
  if (hostIp !== '' && !isAddress(hostIp))
    throw new NotationError(`port '${text}': '${hostIp}' is no address`, 'for instance 127.0.0.1:8080:80')
  return { hostIp, host, container, protocol: protocol.toLowerCase() }
}

/** The same, port by port. */
export function ports(text: string | number): readonly PublishedPort[] {
  const { hostIp, host, container, protocol } = portRange(text)
  return Array.from({ length: length(container) }, (_, step) => ({
    container: `${container[0] + step}/${protocol}`,
    hostIp,
    hostPort:
      host === null ? '' : length(container) === 1 ? host.slice(0, length(host)).join('-') : String(host[0] + step)
  }))
}

function length([first, last]: Range): number {
  return last - first + 1
}

function range(text: string, whole: string | number): Range {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text)
  const first = Number(match?.[1])
  const last = Number(match?.[2] ?? match?.[1])
  if (match === null || last < first || last > 65_535) throw new NotationError(`'${whole}' is not a port`, EXPECTED)
  return [first, last]
}
