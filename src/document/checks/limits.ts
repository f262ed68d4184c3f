import { bytes, nanoseconds } from '../../compose/values.ts'
import type { Path } from '../shape.ts'
import type { Service } from '../types.gen.ts'
import { doubtful, type Finding, meant, notation, quoted, wrong } from './finding.ts'
import type { Named } from './services.ts'

const RESOURCES = 'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'
/** What the engine gives a container at least. */
const LEAST_MEMORY = 6 * 1024 * 1024

const BOUNDS = ['deploy', 'resources', 'limits']

/** Sizes, times and shares of a service. */
export function* limits({ service, path }: Named): Iterable<Finding> {
  const { limits: upper, reservations } = service.deploy?.resources ?? {}
  for (const key of ['mem_limit', 'mem_reservation', 'memswap_limit', 'shm_size'] as const)
    if (service[key] !== undefined) yield* size([...path, key], service[key])
  if (upper?.memory !== undefined) yield* size([...path, ...BOUNDS, 'memory'], upper.memory)
  if (reservations?.memory !== undefined)
    yield* size([...path, 'deploy', 'resources', 'reservations', 'memory'], reservations.memory)
  if (service.stop_grace_period !== undefined)
    yield* duration([...path, 'stop_grace_period'], service.stop_grace_period)
  yield* memory(service, path)
  if (service.cpus !== undefined) yield* cpus([...path, 'cpus'], service.cpus)
  if (upper?.cpus !== undefined) yield* cpus([...path, ...BOUNDS, 'cpus'], upper.cpus)
  if (service.cpuset !== undefined && service.cpuset !== '' && !isCpuset(service.cpuset))
    yield wrong(
      'ROS_DOC_NOTATION',
      [...path, 'cpuset'],
      `${quoted(service.cpuset)} is no list of CPUs`,
      'numbers and ranges, for instance 0-3,6',
      'list CPUs from 0 on'
    )
  if (service.ulimits !== undefined) yield* ulimits(service, path)
}

function size(path: Path, text: string): Iterable<Finding> {
  return notation(path, 'give bytes, or a number with b, k, m or g', () => bytes(text))
}

/** A time, of which undefined is none. */
export function duration(path: Path, time: string | undefined): Iterable<Finding> {
  return notation(path, 'give a number with ms, s, m or h', () => nanoseconds(time))
}

function* memory(service: Service, path: Path): Iterable<Finding> {
  const limit = known(service.mem_limit) ?? known(service.deploy?.resources?.limits?.memory)
  const where = service.mem_limit === undefined ? [...BOUNDS, 'memory'] : ['mem_limit']
  const swap = known(service.memswap_limit)
  if (limit !== undefined && limit > 0 && limit < LEAST_MEMORY)
    yield doubtful(
      'ROS_DOC_NOTATION',
      [...path, ...where],
      `${limit} bytes are less than the engine gives any container`,
      'at least 6m',
      'give more'
    )
  if (swap === undefined || swap <= 0) return
  if (limit === undefined || limit <= 0 || swap < limit)
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...path, 'memswap_limit'],
      limit === undefined || limit <= 0
        ? 'bounds memory and swap together while `mem_limit` does not bound memory'
        : 'is memory and swap together, and less than `mem_limit` alone',
      'at least `mem_limit`, or -1 for no limit',
      limit === undefined || limit <= 0 ? 'add `mem_limit`' : 'give at least as much as `mem_limit`'
    )
}

/** Bytes; undefined as well for what is no size, which is told elsewhere. */
function known(size: string | undefined): number | undefined {
  try {
    return bytes(size)
  } catch {
    return undefined
  }
}

function* cpus(path: Path, number: string): Iterable<Finding> {
  if (/^(\d+\.?\d*|\.\d+)$/.test(number)) return
  yield wrong(
    'ROS_DOC_NOTATION',
    path,
    `${quoted(number)} is no number of CPUs`,
    'a number, for instance 1.5',
    'write a number'
  )
}

function isCpuset(text: string): boolean {
  return text.split(',').every((part) => {
    const match = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part)
    return match !== null && Number(match[1]) <= Number(match[2] ?? match[1])
  })
}

function* ulimits(service: Service, path: Path): Iterable<Finding> {
  const names = RESOURCES.split(' ')
  for (const [name, limit] of Object.entries(service.ulimits ?? {})) {
    const where = [...path, 'ulimits', name]
    if (!names.includes(name)) {
      yield {
        ...wrong(
          'ROS_DOC_NOTATION',
          where,
          `there is no limit of that name${meant(name, names)}`,
          `one of ${names.join(', ')}`,
          'correct the name'
        ),
        at: 'key'
      }
    }
    if (typeof limit !== 'object') continue
    const { soft, hard } = limit
    const unlimited = hard === -1
    if (soft !== undefined && hard !== undefined && (unlimited || (soft !== -1 && soft <= hard))) continue
    yield wrong(
      'ROS_DOC_NOTATION',
      where,
      soft === undefined || hard === undefined ? 'has one limit of two' : `has a soft limit above the hard one`,
      '`soft` and `hard`, soft being at most hard, for instance {soft: 1024, hard: 4096}',
      soft === undefined || hard === undefined
        ? 'give both, or a single number for both'
        : 'raise `hard` or lower `soft`'
    )
  }
}
