import type { CloudConfig } from '../document/types.gen.ts'
import type { RegistryAuth } from '../host/ports.ts'

/** The key Docker Hub's credentials have always had. */
const HUB = 'https://index.docker.io/v1/'

/**
 * The credentials `rancher.registry_auths` has for an image reference; null: none. `auth` is base64 of `user:password`, the
 * password may hold colons.
 */
export function registryAuth(ref: string, data: CloudConfig): RegistryAuth | null {
  const auths = data.rancher?.registry_auths ?? {}
  const registry = registryOf(ref)
  const key = Object.keys(auths).find(
    (name) => name === registry || hostOf(name) === registry || (registry === 'docker.io' && name === HUB)
  )
  const entry = key === undefined ? undefined : auths[key]
  if (key === undefined || entry === undefined) return null
  const decoded = entry.auth === undefined ? '' : Buffer.from(entry.auth, 'base64').toString('utf8')
  const at = decoded.indexOf(':')
  const username = entry.username ?? decoded.slice(0, Math.max(at, 0))
  const password = entry.password ?? decoded.slice(at + 1)
  return { username, password, serveraddress: entry.serveraddress ?? key }
}

/** `host:port/name` -> `host:port`; a first part without dot, colon or being localhost is a name on Docker Hub. */
function registryOf(ref: string): string {
  const first = ref.includes('/') ? (ref.split('/')[0] ?? '') : ''
  return first.includes('.') || first.includes(':') || first === 'localhost' ? first : 'docker.io'
}

function hostOf(url: string): string {
  return url.replace(/^https?:\/\//, '').split('/')[0] ?? ''
}
