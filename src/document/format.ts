import { stringify } from 'yaml'
import { getIn } from './edit.ts'
import { parsePath } from './path.ts'
import { type Shape, spot } from './shape.ts'
import { isArray, isFields, type Value } from './value.ts'

/**
 * What `ros config get KEY` prints, line end included, as RancherOS printed it: a list or map as YAML with an empty line
 * after it, a plain value as it is. A key that is known and unset prints what it amounts to (`false`, `0`, `[]`, `{}`),
 * an unknown one and the password an empty line.
 */
export function formatGet(data: unknown, key: string): string {
  const path = parsePath(key)
  const found = spot(path)
  if (path.join('.') === 'rancher.password') return '\n'
  const value = getIn(data, path)
  return formatValue(value ?? (found === null ? undefined : unset(found.shape)))
}

/** One value as `ros config get` prints it. */
export function formatValue(value: Value | undefined): string {
  return isArray(value) || isFields(value) ? `${toYaml(value)}\n` : `${value ?? ''}\n`
}

/** YAML as RancherOS wrote it: two spaces, lists not indented, no folding. */
export function toYaml(value: Value): string {
  return stringify(value, { lineWidth: 0, indentSeq: false })
}

function unset(shape: Shape): Value | undefined {
  const zero = { string: '', integer: 0, boolean: false, list: [], map: {}, any: undefined } as const
  return zero[shape.is]
}
