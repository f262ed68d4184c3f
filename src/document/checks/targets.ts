import { type Edge, edgesOf, orderOf } from '../../compose/order.ts'
import { isSystem } from '../../compose/service.ts'
import type { CloudConfig, Service } from '../types.gen.ts'
import { doubtful, type Finding, guesses, quoted, wrong } from './finding.ts'
import { awaits, type Named } from './services.ts'

/** Services of every image, known even where a document is looked at without the image's own below it. */
export const OURS: readonly string[] =
  'acpid all-volumes command-volumes console container-data-volumes docker media-volumes network ntp syslog system-cron system-volumes udev user-volumes'.split(
    ' '
  )
/** Services of RancherOS that have no counterpart here: what they did is done before any service starts. */
const THEIRS: ReadonlySet<string> = new Set(
  'cloud-init cloud-init-execute logrotate preload-user-images subscriber udev-cold'.split(' ')
)

/** What is there to be named by a service. */
interface Around {
  readonly services: Readonly<Record<string, Service>>
  readonly included: Readonly<Record<string, boolean>>
  /** The image's own document is not below this one. */
  readonly alone: boolean
  /** A definition that is not here yet may bring others. */
  readonly open: boolean
  /** System services that are up before User Docker is. */
  readonly early: () => ReadonlySet<string>
  /** `, did you mean …?` */
  readonly guess: (name: string) => string
}

/** Whether a name is that of a service, or may become one. */
export function namesService(data: CloudConfig, name: string): boolean {
  return isThere(around(data), name)
}

/** Names of the services there are, for guesses at what was meant. */
export function serviceNames(data: CloudConfig): readonly string[] {
  const services = Object.keys(data.rancher?.services ?? {})
  return [...services, ...(around(data).alone ? OURS : [])]
}

/** Services that name others: those that are not there, and those that cannot be reached. */
export function* targets(data: CloudConfig, services: readonly Named[]): Iterable<Finding> {
  const here = around(data)
  for (const { name, service, path } of services) {
    for (const edge of edgesOf(name, service)) {
      const other = edge.from === name ? edge.to : edge.from
      const found = judge(edge, other, service, here)
      if (found === null) continue
      yield { ...found, path: [...path, ...edge.place], at: edge.place[0] === 'depends_on' ? 'key' : 'value' }
    }
  }
}

function around(data: CloudConfig): Around {
  const services = data.rancher?.services ?? {}
  let early: ReadonlySet<string> | undefined
  return {
    services,
    included: data.rancher?.services_include ?? {},
    alone: !Object.hasOwn(services, 'console'),
    open: awaits(data),
    early: () => (early ??= before(services)),
    guess: guesses(() => serviceNames(data))
  }
}

function isThere({ services, included, alone }: Around, name: string): boolean {
  return Object.hasOwn(services, name) || Object.hasOwn(included, name) || (alone && OURS.includes(name))
}

function judge(edge: Edge, other: string, service: Service, here: Around): Finding | null {
  const wish = edge.place[0] === 'labels'
  if (other === '' || other.includes('$') || (wish && THEIRS.has(other))) return null
  if (!isThere(here, other))
    return (edge.hard && !here.open ? wrong : doubtful)(
      'ROS_DOC_TARGET',
      [],
      `there is no service ${quoted(other)}${here.guess(other)}`,
      'the name of a service of the document',
      edge.hard ? 'correct the name, or add the service' : 'correct the name, or take it out: it orders nothing'
    )
  const target = Object.hasOwn(here.services, other) ? here.services[other] : undefined
  // One that a repository brings runs where its definition says.
  if (target === undefined && Object.hasOwn(here.included, other)) return null
  const mine = isSystem(service)
  const its = target === undefined || isSystem(target)
  if (mine === its || (!mine && wish && here.early().has(other))) return null
  const [own, foreign] = mine ? ['System Docker', 'User Docker'] : ['User Docker', 'System Docker']
  const orders = wish || edge.place[0] === 'depends_on'
  return (orders ? doubtful : wrong)(
    'ROS_DOC_TARGET',
    [],
    orders
      ? `${quoted(other)} runs on ${foreign}, and nothing on ${own} waits for it`
      : `${quoted(other)} runs on ${foreign}, where ${own} does not see it`,
    `a service of ${own}`,
    orders
      ? 'take it out, or put both on one engine with the label `io.rancher.os.scope`'
      : 'put both on one engine with the label `io.rancher.os.scope`'
  )
}

/** `docker` and all it waits for. */
function before(services: Readonly<Record<string, Service>>): ReadonlySet<string> {
  const { needs } = orderOf(services)
  const found = new Set(Object.hasOwn(services, 'docker') ? ['docker'] : OURS)
  for (const name of found) for (const other of needs.get(name) ?? []) found.add(other)
  return found
}
