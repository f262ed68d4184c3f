// What of a document the way to the machine hangs on: a mistake there locks its operator out. Pure.
import { equal, field, isFields, type Value } from '../document/value.ts'

/**
 * Paths of the document; a word that ends in a star stands for every key that begins so. docs/reference.md names them at
 * `rancher.agent.confirm`.
 */
export const ACCESS: readonly (readonly string[])[] = [
  ['ssh_authorized_keys'],
  ['rancher', 'network'],
  ['rancher', 'ssh'],
  ['rancher', 'password'],
  ['rancher', 'disable'],
  ['rancher', 'metrics'],
  ['rancher', 'sysctl', 'net.*'],
  ['rancher', 'sysctl', 'net/*'],
  ['rancher', 'console'],
  ['rancher', 'services', 'console'],
  ['rancher', 'services', 'network'],
  ['rancher', 'system_docker']
]

/** Whether a document differs from another in what the way to the machine hangs on. */
export function touchesAccess(from: Value, to: Value): boolean {
  return ACCESS.some((path) => !equal(pick(from, path), pick(to, path)))
}

/** The value at a path; of a word with a star a map of those keys, undefined where there are none. */
function pick(value: Value | undefined, [word, ...rest]: readonly string[]): Value | undefined {
  if (word === undefined) return value
  if (!isFields(value)) return undefined
  if (!word.endsWith('*')) return pick(field(value, word), rest)
  const own = Object.entries(value).filter(([key]) => key.startsWith(word.slice(0, -1)))
  return own.length === 0 ? undefined : Object.fromEntries(own.map(([key, child]) => [key, pick(child, rest) ?? null]))
}
