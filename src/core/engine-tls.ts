// User Docker's TLS (rancher.docker.tls): which files it reads, and whether it may listen yet. Pure.
import type { CloudConfig, Engine } from '../document/types.gen.ts'
import type { Key } from './resource.ts'
import { sha256, writesFile } from './write-files.ts'

const FOLDER = '/etc/docker/tls'

/** Key of rancher.docker -> the file it becomes. */
export const TLS_FILES = {
  ca_cert: `${FOLDER}/ca.pem`,
  ca_key: `${FOLDER}/ca-key.pem`,
  server_cert: `${FOLDER}/server-cert.pem`,
  server_key: `${FOLDER}/server-key.pem`
} as const

type TlsKey = keyof typeof TLS_FILES

/** What dockerd reads; it has no use for the authority's key. */
const READ = ['ca_cert', 'server_cert', 'server_key'] as const satisfies readonly TlsKey[]

/** True where write_files brings the keys: then the machine makes none. */
export function bringsKeys(data: CloudConfig): boolean {
  return Object.values(TLS_FILES).some((path) => writesFile(data, path))
}

/**
 * rancher.docker as the daemon is to be started by it: without TLS until all keys are there. It must neither fail for want of
 * a file nor listen to everybody.
 */
export function engineWithTls(data: CloudConfig): Engine {
  const docker = data.rancher?.docker ?? {}
  if (docker.tls !== true || bringsKeys(data) || READ.every((key) => has(docker, key))) return docker
  return { ...docker, tls: false }
}

/** The files User Docker needs before it starts. */
export function tlsNeeds(data: CloudConfig): readonly Key[] {
  const docker = engineWithTls(data)
  if (docker.tls !== true) return []
  return READ.filter((key) => has(docker, key) || writesFile(data, TLS_FILES[key])).map(
    (key): Key => `file/${TLS_FILES[key]}`
  )
}

/** Tells one set of keys from another: dockerd reads them only when it starts. '' without TLS. */
export function tlsDigest(data: CloudConfig): string {
  const docker = engineWithTls(data)
  return docker.tls === true ? sha256(READ.map((key) => docker[key] ?? '').join('\n')).slice(0, 16) : ''
}

function has(docker: Engine, key: TlsKey): boolean {
  return (docker[key] ?? '').trim() !== ''
}
