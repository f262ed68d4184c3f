// Volumes, tmpfs mounts and devices, as Compose writes them and the engine takes them.
import { posix } from 'node:path'
import { NotationError } from './values.ts'

export interface Volume {
  /** A directory of the machine, or the name of a volume; '' : a volume without a name. */
  readonly source: string
  readonly target: string
}

const MODE = /^(?:ro|rw|z|Z|r?(?:shared|slave|private)|nocopy|consistent|cached|delegated)$/
const VOLUME = 'SOURCE:PATH[:OPTIONS], for instance /srv/www:/var/www:ro'

/** `[SOURCE:]PATH[:OPTIONS]`. */
export function volume(entry: string): Volume {
  const [first = '', second, words, ...more] = entry.split(':')
  // Without a source the engine takes a relative path as well, from the root.
  const [source, target] = second === undefined && first !== '' ? ['', posix.join('/', first)] : [first, second ?? '']
  const wrong =
    more.length > 0
      ? 'has more than two colons'
      : second !== undefined && source === ''
        ? 'has nothing before its colon'
        : !target.startsWith('/')
          ? `has '${target}' for its path inside the container, which is not absolute`
          : posix.normalize(target) === '/'
            ? 'goes over the whole container'
            : source !== '' && !source.startsWith('/') && !/^[a-zA-Z0-9][\w.-]+$/.test(source)
              ? `comes from '${source}', which is neither an absolute path nor the name of a volume`
              : null
  if (wrong !== null) throw new NotationError(`volume '${entry}' ${wrong}`, VOLUME)
  const unknown = words?.split(',').find((word) => !MODE.test(word))
  if (unknown !== undefined)
    throw new NotationError(
      `volume '${entry}' has the option '${unknown}'`,
      'for instance ro, rw, z, Z, rshared or rslave'
    )
  return { source, target: posix.normalize(target).replace(/(?<=.)\/$/, '') }
}

/** `PATH[:OPTIONS]` -> path and options. */
export function tmpfs(entry: string): readonly [path: string, options: string] {
  const at = entry.indexOf(':')
  const path = at === -1 ? entry : entry.slice(0, at)
  if (!path.startsWith('/') || posix.normalize(path) === '/')
    throw new NotationError(
      `tmpfs '${entry}' is on no path of a container`,
      'PATH[:OPTIONS], for instance /tmp:size=64m'
    )
  return [path, at === -1 ? '' : entry.slice(at + 1)]
}

export interface Device {
  readonly PathOnHost: string
  readonly PathInContainer: string
  readonly CgroupPermissions: string
}

/** `HOST[:CONTAINER][:rwm]`. */
export function device(entry: string): Device {
  const [host = '', second, third, ...more] = entry.split(':')
  const isPermission = (word: string | undefined) => word !== undefined && /^(?!.*(.).*\1)[rwm]{1,3}$/.test(word)
  const [inside = host, permissions = 'rwm'] =
    third === undefined && isPermission(second) ? [undefined, second] : [second, third]
  if (!host.startsWith('/') || !inside.startsWith('/') || !isPermission(permissions) || more.length > 0)
    throw new NotationError(`'${entry}' is not a device`, 'HOST[:CONTAINER[:rwm]], for instance /dev/fuse')
  return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: permissions }
}
