import { portRange } from '../../compose/ports.ts'
import { isSystem, labelOf } from '../../compose/service.ts'
import { NotationError } from '../../compose/values.ts'
import { parseCidr, showAddress } from '../../core/cidr.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { against, attempt, doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Named } from './services.ts'

const FIX = 'write it as HOST:CONTAINER or ADDRESS:HOST:CONTAINER'

interface Published {
  readonly who: string
  readonly text: string
  readonly path: Path
  readonly protocol: string
  readonly first: number
  readonly last: number
  /** '' : all of both families. */
  readonly address: string
  /** It runs to an end and then gives the port back. */
  readonly passing: boolean
  readonly rank: number
}

/** Published ports: each in itself, and all against each other. Both engines publish on the machine's own addresses. */
export function* ports(data: CloudConfig, filled: readonly Named[]): Iterable<Finding> {
  const published: Published[] = []
  for (const named of filled) if (named.service.ports !== undefined) yield* publishedBy(named, data, published)
  yield* taken(published)
  yield* ssh(data, published)
}

function* publishedBy(named: Named, data: CloudConfig, into: Published[]): Iterable<Finding> {
  const { name, service, path } = named
  const mode = service.network_mode ?? service.net ?? 'bridge'
  const { ports: all = [] } = service
  for (const [at, text] of all.entries()) {
    const range = attempt(() => portRange(text))
    if (range instanceof NotationError) yield against([...path, 'ports', at], range, FIX)
    if (range instanceof NotationError || range.host === null) continue
    // Of a range for a single port the engine takes what is free.
    if (range.container[0] === range.container[1] && range.host[0] !== range.host[1]) continue
    if (
      mode === 'host' ||
      mode === 'none' ||
      labelOf(service, 'io.rancher.os.createonly') === 'true' ||
      range.host[0] === 0
    )
      continue
    const [first, last] = range.host
    const address = parseCidr(range.hostIp)
    into.push({
      who: name,
      text,
      path: [...path, 'ports', at],
      protocol: range.protocol,
      first,
      last,
      address: address === null ? '' : showAddress(address),
      passing: labelOf(service, 'io.rancher.os.detach') === 'false',
      rank: into.length
    })
  }
  if (all.length === 0) return
  const whole = { ...doubtful('ROS_DOC_CONFLICT', [...path, 'ports'], '', '', ''), at: 'key' as const }
  if (mode === 'host')
    yield {
      ...whole,
      message: "does nothing in the network of the machine, whose ports are the service's own",
      expected: 'no `ports` beside `net: host`',
      fix: 'take it out'
    }
  else if (isSystem(service) && data.rancher?.system_docker?.bridge === 'none' && mode === 'bridge')
    yield {
      ...whole,
      message: 'does nothing: System Docker has no bridge to publish ports of',
      expected: '`net: host`, or a service of User Docker',
      fix: 'add `net: host`, or take the label `io.rancher.os.scope` away'
    }
}

/** A sweep over the ports from low to high; of those under way no two have an address in common. */
function* taken(published: readonly Published[]): Iterable<Finding> {
  for (const group of Map.groupBy(published, ({ protocol }) => protocol).values()) {
    const open = new Map<string, Published>()
    let reached = 0
    for (const next of group.toSorted((a, b) => a.first - b.first || a.rank - b.rank)) {
      if (next.first > reached) for (const [address, { last }] of open) if (last < next.first) open.delete(address)
      reached = next.first
      const other = overlap(open, next.address)
      if (other === null) open.set(next.address, next)
      else yield clash(...(other.rank < next.rank ? ([other, next] as const) : ([next, other] as const)))
    }
  }
}

function overlap(open: ReadonlyMap<string, Published>, address: string): Published | null {
  const family = address.includes(':') ? '::' : '0.0.0.0'
  const wide = open.get(address) ?? open.get('') ?? (address === '' ? undefined : open.get(family))
  if (wide !== undefined) return wide
  if (address !== '' && address !== family) return null
  for (const [other, holder] of open) if (address === '' || other.includes(':') === (family === '::')) return holder
  return null
}

function clash(before: Published, after: Published): Finding {
  const whose = before.who === after.who ? 'this service' : `service \`${before.who}\``
  const low = Math.max(before.first, after.first)
  const message = `port ${low}/${after.protocol} is published by ${whose} already, as ${quoted(before.text)}`
  const complaint = before.passing || after.passing ? doubtful : wrong
  return complaint(
    'ROS_DOC_PORT_TAKEN',
    after.path,
    message,
    'each port of the machine once',
    'give one of the two another port, or each an address of its own'
  )
}

/** sshd of the console listens in the machine's network. */
function* ssh(data: CloudConfig, published: readonly Published[]): Iterable<Finding> {
  const { daemon, port = 22, listen_address: listens = '' } = data.rancher?.ssh ?? {}
  if (daemon === false) return
  for (const { protocol, first, last, address, path } of published) {
    const apart = listens !== '' && !['', '0.0.0.0', '::', listens].includes(address)
    if (protocol !== 'tcp' || port < first || port > last || apart) continue
    yield doubtful(
      'ROS_DOC_PORT_TAKEN',
      path,
      `port ${port}/tcp is that of the machine's own ssh server`,
      'a port that nothing of the machine listens on',
      'publish another port, or move the ssh server with `rancher.ssh.port`'
    )
  }
}
