import { device, tmpfs, volume } from '../../compose/storage.ts'
import type { Path } from '../shape.ts'
import { type Finding, notation, quoted, wrong } from './finding.ts'
import { each, type Named } from './services.ts'

/** Volumes, tmpfs mounts and devices of a service. */
export function* storage({ service, path }: Named): Iterable<Finding> {
  const taken = new Map<string, string>()
  for (const [where, entry] of each(service.volumes, [...path, 'volumes'])) {
    let target: string | null = null
    yield* notation(where, fixOf(entry), () => {
      target = volume(entry).target
    })
    yield* claimed(taken, target, entry, where)
  }
  for (const [where, entry] of each(service.tmpfs, [...path, 'tmpfs'])) {
    let target: string | null = null
    yield* notation(where, 'name an absolute path inside the container', () => {
      target = tmpfs(entry)[0].replace(/(?<=.)\/$/, '')
    })
    yield* claimed(taken, target, entry, where)
  }
  for (const [where, entry] of each(service.devices, [...path, 'devices']))
    yield* notation(where, 'name the device by its absolute path', () => device(entry))
}

function fixOf(entry: string): string {
  return /^\.{0,2}~?\//.test(entry) || entry.startsWith('.')
    ? 'write absolute paths: there is no directory a relative one could start from'
    : 'correct it'
}

function* claimed(taken: Map<string, string>, target: string | null, entry: string, where: Path): Iterable<Finding> {
  if (target === null) return
  const other = taken.get(target)
  taken.set(target, other ?? entry)
  if (other === undefined) return
  yield wrong(
    'ROS_DOC_DUPLICATE',
    where,
    `mounts on ${target}, and so does ${quoted(other)}`,
    'one mount for each path',
    'take one of the two out'
  )
}
