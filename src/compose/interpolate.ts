// `${NAME}` in service definitions, filled from rancher.environment (reference: RancherOS rancher.environment).
import { HUB } from '../core/image-reference.ts'

/**
 * What services are filled in from: rancher.environment over what the system knows about itself. VERSION is also the tag of
 * the service images that came with it. REGISTRY_DOMAIN begins the names of images in RancherOS's definitions, and SUFFIX, an
 * architecture, ends them (RancherOS: all four).
 */
export function serviceEnvironment(
  declared: Readonly<Record<string, string>> | undefined,
  facts: { readonly version: string; readonly kernel: string }
): Readonly<Record<string, string>> {
  return { VERSION: facts.version, SUFFIX: '', KERNEL_VERSION: facts.kernel, REGISTRY_DOMAIN: HUB, ...declared }
}

/** `${NAME}`, `${NAME:-default}`, `${NAME-default}` and `$NAME`; `$$` is a plain dollar. Unknown names become empty. */
const PATTERN = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))/g

/** All strings within `value` (map keys stay) with their variables filled in. */
export function interpolate<T>(value: T, environment: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') return fill(value, environment) as T // a string stays a string
  if (Array.isArray(value)) return value.map((item: unknown) => interpolate(item, environment)) as T // same shape
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolate(item, environment)])) as T // same keys
}

function fill(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(PATTERN, (whole, braced?: string, dash?: string, fallback?: string, bare?: string) => {
    if (whole === '$$') return '$'
    const value = valueOf(environment, braced ?? bare ?? '')
    if (dash === ':-' && (value ?? '') === '') return fallback ?? ''
    return value ?? (dash === undefined ? '' : (fallback ?? ''))
  })
}

/** Names that `text` takes from the environment and that are not in it; one with a default of its own is none. */
export function unset(text: string, environment: Readonly<Record<string, string>>): readonly string[] {
  return [...text.matchAll(PATTERN)].flatMap(([, braced, dash, , bare]) => {
    const name = braced ?? bare
    return name === undefined || dash !== undefined || valueOf(environment, name) !== undefined ? [] : [name]
  })
}

function valueOf(environment: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined
}

/**
 * A service's environment as `NAME=value`, sorted by name. A name without a value is looked up as `service/NAME`, then `NAME`; a
 * trailing `*` takes every name with that prefix (RancherOS, rancher.environment). What is declared counts over `below`.
 */
export function resolveEnvironment(
  service: string,
  declared: Readonly<Record<string, unknown>> | readonly unknown[] | undefined,
  environment: Readonly<Record<string, string>>,
  below: readonly (readonly [name: string, value: string | null])[] = []
): readonly string[] {
  const result = new Map<string, string>()
  const look = (name: string) => {
    if (name.endsWith('*')) {
      const prefix = name.slice(0, -1)
      for (const [key, value] of Object.entries(environment)) if (key.startsWith(prefix)) result.set(key, value)
      return
    }
    const value = valueOf(environment, `${service}/${name}`) ?? valueOf(environment, name)
    if (value !== undefined) result.set(name, value)
  }
  for (const [name, value] of below) {
    if (value === null) look(name)
    else result.set(name, value)
  }
  if (Array.isArray(declared)) {
    for (const item of declared.map(String)) {
      const at = item.indexOf('=')
      if (at < 0) look(item)
      else result.set(item.slice(0, at), item.slice(at + 1))
    }
  } else {
    for (const [name, value] of Object.entries(declared ?? {})) {
      if (value === null || value === undefined) look(name)
      else result.set(name, String(value as string | number | boolean)) // the schema leaves nothing else
    }
  }
  return [...result].map(([name, value]) => `${name}=${value}`).sort((a, b) => (a < b ? -1 : 1))
}
