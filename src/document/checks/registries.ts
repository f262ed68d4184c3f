import { HUB } from '../../core/image-reference.ts'
import { registryOfKey } from '../../core/registry-files.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, wrong } from './finding.ts'
import { HOST } from './image-reference.ts'

const CERTIFICATES = ['ca_cert', 'client_cert', 'client_key'] as const

/** Certificates of registries that no engine would find, or not take. */
export function* registries(data: CloudConfig): Iterable<Finding> {
  for (const [name, entry] of Object.entries(data.rancher?.registry_auths ?? {})) {
    const path = ['rancher', 'registry_auths', name]
    const [first] = CERTIFICATES.filter((key) => (entry[key] ?? '').trim() !== '')
    if (first === undefined) continue
    const host = registryOfKey(name)
    if (!HOST.test(host))
      yield {
        ...wrong(
          'ROS_DOC_NOTATION',
          path,
          'is no host of a registry, and its certificates are kept by that',
          'HOST or HOST:PORT, as images of it are named',
          'name the entry by the host'
        ),
        at: 'key'
      }
    else if (host === HUB || host.endsWith(`.${HUB}`))
      yield doubtful(
        'ROS_DOC_CONFLICT',
        [...path, first],
        'engines verify Docker Hub by the authorities of the system alone',
        'an entry under the name of another registry, or of a mirror',
        'put it under the host that it is for'
      )
    for (const [own, other] of [
      ['client_cert', 'client_key'],
      ['client_key', 'client_cert']
    ] as const) {
      if ((entry[own] ?? '').trim() === '' || (entry[other] ?? '').trim() !== '') continue
      yield wrong(
        'ROS_DOC_MISSING_KEY',
        [...path, own],
        `\`${other}\` is missing beside it, and engines then refuse the registry`,
        'both of `client_cert` and `client_key`',
        `add \`${other}\``
      )
    }
  }
}
