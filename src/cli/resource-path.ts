import { KIND_ORDER } from '../core/condition.ts'

export interface KindAndName {
  readonly kind: string
  /** Empty: all of the kind. */
  readonly name: string
}

/** `sysctl/vm.swappiness`, `sysctl`, `sysctls`; the name may hold further slashes. */
export function splitKey(text: string): KindAndName {
  const slash = text.indexOf('/')
  const kind = slash === -1 ? text : text.slice(0, slash)
  const singular = KIND_ORDER.find((known) => known !== kind && (`${known}s` === kind || `${known}es` === kind))
  return { kind: singular ?? kind, name: slash === -1 ? '' : text.slice(slash + 1) }
}

/** The API's path of a resource. */
export function resourcePath(kind: string, name: string): string {
  return `/v1/resources/${encodeURIComponent(kind)}/${name.split('/').map(encodeURIComponent).join('/')}`
}
