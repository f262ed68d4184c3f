import { device, tmpfs, volume } from '../../compose/storage.ts'
import { NotationError } from '../../compose/values.ts'
import { against, attempt, doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Named } from './services.ts'

/** Volumes, tmpfs mounts and devices of a service. */
export function* storage({ service, path }: Named): Iterable<Finding> {
  const taken = new Map<string, string>()
  for (const [key, read, fix] of READERS) {
    for (const [at, entry] of (service[key] ?? []).entries()) {
      const target = attempt(() => read(entry))
      if (target instanceof NotationError) yield against([...path, key, at], target, fix(entry))
      else if (target !== null) {
        const other = taken.get(target)
        if (key === 'volumes' && !entry.includes(':') && !entry.startsWith('/'))
          yield doubtful(
            'ROS_DOC_NOTATION',
            [...path, key, at],
            `${quoted(entry)} is a path inside the container, and not absolute`,
            'SOURCE:PATH, or an absolute path for a volume without a name',
            `write ${target}, or add what is to be seen there`
          )
        if (other === undefined) taken.set(target, entry)
        else
          yield wrong(
            'ROS_DOC_DUPLICATE',
            [...path, key, at],
            `mounts on ${target}, and so does ${quoted(other)}`,
            'one mount for each path',
            'take one of the two out'
          )
      }
    }
  }
}

/** Each with the path that it covers inside the container, if any. */
const READERS: readonly (readonly [
  key: 'volumes' | 'tmpfs' | 'devices',
  read: (entry: string) => string | null,
  fix: (entry: string) => string
])[] = [
  ['volumes', (entry) => volume(entry).target, relative],
  ['tmpfs', (entry) => tmpfs(entry)[0].replace(/(?<=.)\/$/, ''), () => 'name an absolute path inside the container'],
  [
    'devices',
    (entry) => {
      device(entry)
      return null
    },
    () => 'name the device by its absolute path'
  ]
]

function relative(entry: string): string {
  return /^[.~]/.test(entry)
    ? 'write an absolute path: there is no directory a relative one could start from'
    : 'write absolute paths, and options after a second colon'
}
