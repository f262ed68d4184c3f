import { HUB, parseReference } from '../core/image-reference.ts'
import { registryOfKey } from '../core/registry-files.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { RegistryAuth } from '../host/ports.ts'

/** Hosts under which Docker Hub's credentials have ever been kept; its key is `https://index.docker.io/v1/`. */
const HUB_HOSTS = [HUB, 'index.docker.io', 'registry-1.docker.io']

/**
 * The credentials `rancher.registry_auths` has for an image reference; null: none. `auth` is base64 of `user:password`, the
 * password may hold colons.
 */
export function registryAuth(ref: string, data: CloudConfig): RegistryAuth | null {
  const auths = data.rancher?.registry_auths ?? {}
  const { registry } = parseReference(ref)
  const key = Object.keys(auths).find(
    (name) => registryOfKey(name) === registry || (registry === HUB && HUB_HOSTS.includes(registryOfKey(name)))
  )
  const entry = key === undefined ? undefined : auths[key]
  if (key === undefined || entry === undefined) return null
  const decoded = entry.auth === undefined ? '' : Buffer.from(entry.auth, 'base64').toString('utf8')
  const at = decoded.indexOf(':')
  const username = entry.username ?? decoded.slice(0, Math.max(at, 0))
  const password = entry.password ?? decoded.slice(at + 1)
  const { identitytoken = '', registrytoken = '' } = entry
  if (`${username}${password}${identitytoken}${registrytoken}` === '') return null
  return {
    username,
    password,
    serveraddress: entry.serveraddress ?? key,
    ...(identitytoken === '' ? {} : { identitytoken }),
    ...(registrytoken === '' ? {} : { registrytoken })
  }
}
