import { type Finding, quoted, wrong } from './finding.ts'
import type { Named } from './services.ts'

const EXPECTED = '[HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine'
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
/** `host` or `host:port` of a registry. */
export const HOST =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[0-9a-fA-F:]+\])(?::\d+)?$/

/** Names of images that no registry and no engine can know (distribution/reference). */
export function* imageReferences(services: readonly Named[]): Iterable<Finding> {
  for (const { service, path } of services) {
    const fault = service.image === undefined ? null : faultOf(service.image)
    if (service.image === undefined || fault === null) continue
    const message = `${quoted(service.image)} is no image: ${fault.why}`
    yield wrong('ROS_DOC_IMAGE_REFERENCE', [...path, 'image'], message, EXPECTED, fault.fix)
  }
}

interface Fault {
  readonly why: string
  readonly fix: string
}

/** What keeps a text from being the name of an image; null when nothing does. */
export function faultOf(reference: string): Fault | null {
  if (reference === '') return { why: 'it is empty', fix: 'name an image' }
  if (/\s/.test(reference)) return { why: 'it has a space in it', fix: 'write it without spaces' }
  if (/^[a-z]+:\/\//i.test(reference))
    return { why: 'it begins as an address of the web', fix: `write ${quoted(reference.replace(/^[a-z]+:\/\//i, ''))}` }
  const at = reference.indexOf('@')
  const digest = at === -1 ? null : reference.slice(at + 1)
  const named = at === -1 ? reference : reference.slice(0, at)
  const colon = named.lastIndexOf(':')
  const tag = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : null
  const name = tag === null ? named : named.slice(0, colon)
  return nameFault(name, reference) ?? tagFault(tag) ?? digestFault(digest)
}

function nameFault(name: string, whole: string): Fault | null {
  const [first = '', ...rest] = name.split('/')
  const hosted = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  if (hosted && !HOST.test(first)) return { why: `'${first}' is no host of a registry`, fix: 'write HOST or HOST:PORT' }
  if (name.length > 255) return { why: 'its name is longer than 255 characters', fix: 'shorten it' }
  const parts = hosted ? rest : [first, ...rest]
  const bad = parts.find((part) => !PART.test(part))
  if (bad === undefined) return null
  if (bad === '')
    return { why: 'a part of its path is empty', fix: 'write one `/` between two parts, none at the ends' }
  const lower = bad.toLowerCase()
  if (PART.test(lower)) return { why: `'${bad}' has capitals`, fix: `write ${quoted(whole.replace(bad, lower))}` }
  return { why: `'${bad}' is no part of a path`, fix: 'use small letters, digits, and between them `.`, `_` or `-`' }
}

function tagFault(tag: string | null): Fault | null {
  if (tag === null || /^\w[\w.-]{0,127}$/.test(tag)) return null
  return tag === ''
    ? { why: 'its tag is empty', fix: 'add a tag, or take the colon away' }
    : { why: `'${tag}' is no tag`, fix: 'use letters, digits, `.`, `_` and `-`, at most 128' }
}

function digestFault(digest: string | null): Fault | null {
  if (digest === null || /^sha256:[0-9a-f]{64}$/.test(digest) || /^sha512:[0-9a-f]{128}$/.test(digest)) return null
  if (/^(?!sha(?:256|512):)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/i.test(digest)) return null
  return { why: `'${digest}' is no digest`, fix: 'write sha256: and 64 hexadecimal digits' }
}
