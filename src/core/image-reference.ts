// What the name of an image means: a registry, a path on it, and a tag or a digest (distribution/reference). Pure.

/** The registry of a name that begins with none. */
export const HUB = 'docker.io'

export interface ImageReference {
  /** `host`, `host:port`, or HUB. */
  readonly registry: string
  /** Of Docker Hub's own images `library/NAME`. */
  readonly path: string
  /** '' where none is written. */
  readonly tag: string
  /** `sha256:…`; '' where none is written. */
  readonly digest: string
}

/** The parts of a name that is well formed; of others, whatever comes closest. */
export function parseReference(ref: string): ImageReference {
  const at = ref.indexOf('@')
  const named = at === -1 ? ref : ref.slice(0, at)
  const colon = named.lastIndexOf(':')
  const tagged = colon > named.lastIndexOf('/')
  const name = tagged ? named.slice(0, colon) : named
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const hosted = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  const path = hosted ? name.slice(slash + 1) : name
  const registry = hosted && first !== `index.${HUB}` ? first : HUB
  return {
    registry,
    path: registry === HUB && !path.includes('/') ? `library/${path}` : path,
    tag: tagged ? named.slice(colon + 1) : '',
    digest: at === -1 ? '' : ref.slice(at + 1)
  }
}

/**
 * As an engine lists it: without `docker.io/` and `library/`, with `:latest` where nothing else is said. A digest counts, and then
 * the tag beside it does not.
 */
export function listedAs(ref: string): string {
  const { registry, path, tag, digest } = parseReference(ref)
  const name = registry === HUB ? path.replace(/^library\/(?=[^/]+$)/, '') : `${registry}/${path}`
  return digest === '' ? `${name}:${tag === '' ? 'latest' : tag}` : `${name}@${digest}`
}
