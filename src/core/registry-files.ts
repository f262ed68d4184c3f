// What a registry is verified by, and what it is shown: the folders of /etc/docker/certs.d, which engines read at each pull. Pure.
import type { CloudConfig } from '../document/types.gen.ts'
import { HUB, parseReference } from './image-reference.ts'
import type { Key, Scope } from './resource.ts'
import { type SystemFile, systemFile } from './system-files.ts'

/** Names are dockerd's: what ends in `.crt` vouches, a `.cert` is shown and has a `.key` beside it. */
const FILES = [
  ['ca_cert', 'ca.crt', 0o644],
  ['client_cert', 'client.cert', 0o644],
  ['client_key', 'client.key', 0o600]
] as const

/** The registry that a key of `rancher.registry_auths` means: `HOST`, `HOST:PORT`, or an address of the web with one of these. */
export function registryOfKey(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/')[0] ?? ''
}

export function registryFiles(data: CloudConfig): readonly SystemFile[] {
  return Object.entries(data.rancher?.registry_auths ?? {}).flatMap(([registry, entry]) =>
    FILES.flatMap(([key, name, mode]) => {
      const text = entry[key]?.trim() ?? ''
      const path = `/etc/docker/certs.d/${registryOfKey(registry)}/${name}`
      return text === '' ? [] : systemFile(path, `${text}\n`, mode, ['rancher', 'registry_auths', registry, key])
    })
  )
}

/** Those of the files that must be there before an engine asks for an image: its registry's, and of Docker Hub's images the mirror's. */
export function trustNeeds(ref: string, scope: Scope, data: CloudConfig): readonly Key<'file'>[] {
  const { registry } = parseReference(ref)
  const { registry_mirror: mirror = '' } = data.rancher?.[scope === 'system' ? 'system_docker' : 'docker'] ?? {}
  const asked = registry === HUB ? registryOfKey(mirror) : registry
  return registryFiles(data).flatMap(({ path }): Key<'file'>[] =>
    path.startsWith(`/etc/docker/certs.d/${asked}/`) ? [`file/${path}`] : []
  )
}
