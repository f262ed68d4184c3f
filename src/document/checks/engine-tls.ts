import { bringsKeys, TLS_FILES } from '../../core/engine-tls.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, wrong } from './finding.ts'

const DOCKER = ['rancher', 'docker'] as const

/** Keys of User Docker's TLS that are of no use without each other. */
export function* engineTls(data: CloudConfig): Iterable<Finding> {
  for (const key of ['ca_cert', 'ca_key', 'server_cert', 'server_key'] as const) {
    if (data.rancher?.system_docker?.[key] === undefined) continue
    const message = 'has no effect: files of keys are written for User Docker alone'
    yield {
      ...doubtful('ROS_DOC_INERT', ['rancher', 'system_docker', key], message, '', 'move it to rancher.docker'),
      at: 'key'
    }
  }
  const docker = data.rancher?.docker ?? {}
  if (docker.tls !== true || bringsKeys(data)) return
  const has = (key: keyof typeof TLS_FILES) => (docker[key] ?? '').trim() !== ''
  const lone = (key: keyof typeof TLS_FILES, needs: keyof typeof TLS_FILES, way: string): Finding => ({
    ...wrong(
      'ROS_DOC_PEM',
      [...DOCKER, key],
      `is of no use without \`${needs}\``,
      `both \`${key}\` and \`${needs}\``,
      way
    ),
    at: 'key'
  })
  const make = 'and the machine makes what is missing'
  if (has('server_cert') && !has('server_key'))
    yield lone('server_cert', 'server_key', `add it, or take it out ${make}`)
  if (has('server_key') && !has('server_cert'))
    yield lone('server_key', 'server_cert', `add it, or take it out ${make}`)
  if (has('server_cert') && !has('ca_cert'))
    yield lone('server_cert', 'ca_cert', 'add the certificate of the authority whose clients may come in')
  if (has('ca_key') && !has('ca_cert')) yield lone('ca_key', 'ca_cert', 'add the certificate of the authority')
  if (has('ca_cert') && !has('ca_key') && !has('server_cert') && !has('server_key'))
    yield lone('ca_cert', 'ca_key', 'add it, or `server_cert` and `server_key` that this authority has signed')
  if (has('server_cert') && has('server_key') && !fit(docker.server_cert ?? '', docker.server_key ?? ''))
    yield {
      ...wrong(
        'ROS_DOC_PEM',
        [...DOCKER, 'server_key'],
        'is not the key of `server_cert`',
        'the private key the certificate was made for',
        'paste both again'
      ),
      secret: true
    }
}

/** What can not be read at all is another check's, and the daemon's. */
function fit(certificate: string, key: string): boolean {
  const { createPrivateKey, X509Certificate } = process.getBuiltinModule('node:crypto')
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return true
  }
}
