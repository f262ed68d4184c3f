import { posix } from 'node:path'
import { isSystem } from '../../compose/service.ts'
import { CONSOLE, wantedFile } from '../../core/write-files.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig, WriteFile } from '../types.gen.ts'
import { doubtful, type Finding, guesses, quoted, wrong } from './finding.ts'
import { namesService, serviceNames } from './targets.ts'

/** Entries of `write_files`: such as can be written, and each file once. */
export function* writeFiles(data: CloudConfig): Iterable<Finding> {
  const entries = (data.write_files ?? []).map((entry, at) => ({ entry, at, place: placeOf(entry) }))
  const taken = new Map<string, number>()
  const guess = guesses(() => serviceNames(data))
  for (const { entry, at, place } of entries) {
    const path = ['write_files', at]
    const other = taken.get(place)
    taken.set(place, other ?? at)
    if (other !== undefined)
      yield wrong(
        'ROS_DOC_DUPLICATE',
        [...path, 'path'],
        `write_files[${other}] writes ${quoted(posix.normalize(entry.path))} already`,
        'each file of a container once',
        'take one of the two out'
      )
    yield* content(entry, path)
    yield* owner(entry, path)
    yield* container(entry, path, data, guess)
  }
  for (const { entry, at, place } of entries) yield* below(entry, at, place, taken)
}

/** The container and the path in it, in one spelling. */
function placeOf({ container = CONSOLE, path }: WriteFile): string {
  return `${container === '' ? CONSOLE : container}:${posix.normalize(path)}`
}

/** A path below another file of the list would need that file to be a directory. */
function* below(entry: WriteFile, at: number, place: string, taken: ReadonlyMap<string, number>): Iterable<Finding> {
  const colon = place.indexOf(':')
  const root = place.slice(0, colon + 1)
  let inside = posix.dirname(place.slice(colon + 1))
  for (; inside !== '/' && inside !== '.'; inside = posix.dirname(inside)) {
    const other = taken.get(root + inside)
    if (other === undefined || other === at) continue
    yield wrong(
      'ROS_DOC_CONTENT',
      ['write_files', at, 'path'],
      `lies in ${quoted(inside)}, which write_files[${other}] makes a file`,
      'files in directories',
      'give one of the two another path'
    )
    return
  }
}

function* content(entry: WriteFile, path: Path): Iterable<Finding> {
  if (/(^|\/)\.{0,2}\/?$/.test(entry.path))
    yield wrong(
      'ROS_DOC_CONTENT',
      [...path, 'path'],
      `${quoted(entry.path)} is the name of a directory`,
      'the path of a file',
      'add the name of the file'
    )
  else if (entry.path.includes('\0'))
    yield wrong('ROS_DOC_CONTENT', [...path, 'path'], 'has a NUL in it', 'the path of a file', 'take the NUL out')
  if ((entry.encoding ?? '') === '') return
  // Only what is packed can fail to unpack, and unpacking is dear.
  const { broken } = wantedFile({ ...entry, path: '/x' }).spec
  if (broken === null) return
  yield wrong(
    'ROS_DOC_CONTENT',
    [...path, 'content'],
    broken,
    `content in ${entry.encoding}`,
    'encode it again (`base64 FILE`, `gzip -c FILE | base64`), or take `encoding` out'
  )
}

function* owner({ owner: text = '' }: WriteFile, path: Path): Iterable<Finding> {
  if (text === '' || /^[A-Za-z0-9_][\w.-]*\$?(:([A-Za-z0-9_][\w.-]*)?)?$/.test(text)) return
  yield doubtful(
    'ROS_DOC_CONTENT',
    [...path, 'owner'],
    `${quoted(text)} is no owner`,
    'USER or USER:GROUP, by name or number, for instance root:root',
    'name one user and at most one group'
  )
}

function* container(
  { container: name = '' }: WriteFile,
  path: Path,
  data: CloudConfig,
  guess: (name: string) => string
): Iterable<Finding> {
  if (name === '' || name === CONSOLE) return
  const services = data.rancher?.services ?? {}
  const service = Object.hasOwn(services, name) ? services[name] : undefined
  const there = service !== undefined || namesService(data, name)
  if (there && (service === undefined || isSystem(service))) return
  yield doubtful(
    'ROS_DOC_TARGET',
    [...path, 'container'],
    there
      ? `service ${quoted(name)} is of User Docker, where no files are written`
      : `there is no service ${quoted(name)}${guess(name)}`,
    'the name of a service of System Docker',
    there
      ? 'write it into the console, as a path that the service has among its volumes'
      : 'correct the name, or add the service'
  )
}
