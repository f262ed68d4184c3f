// Certificates of clients that `ros tls generate` wrote on this machine, made anew before they end. The key stays the same, so that
// one file is replaced, and no client ever finds a key and a certificate that do not belong together.
import { asRosError } from '../core/errors.ts'
import { CLIENT_KEYS } from '../core/client-keys.ts'
import type { Host } from '../host/ports.ts'
import type { Identity } from '../tls/certificate.ts'
import type { Events } from './events.ts'
import type { TextFile } from './kept-file.ts'

export interface ClientCertificates {
  /** Keys of a client are about to be written to this folder. */
  remember(folder: string): Promise<void>
  /** Makes anew what is about to end and is the authority's. When to look again, milliseconds since 1970; null: nothing is here. */
  renew(authority: Identity): Promise<number | null>
}

export interface ClientCertificateParts {
  readonly host: Pick<Host, 'files' | 'wall'>
  /** Which folders there are; outlives a boot. */
  readonly file: TextFile
  readonly events: Pick<Events, 'add'>
}

/** Folders that are remembered, the newest: a folder that is gone may be on a disk that comes back. */
const MOST = 32
/** Milliseconds until a folder that could not be written is tried again. */
const AGAIN = 3_600_000

export function createClientCertificates({ host, file, events }: ClientCertificateParts): ClientCertificates {
  const told = new Map<string, string>()

  const folders = async (): Promise<readonly string[]> => [
    ...new Set([CLIENT_KEYS, ...parse(await file.read()).filter((folder) => folder.startsWith('/'))])
  ]

  const renewIn = async (folder: string, authority: Identity): Promise<number | null> => {
    const path = `${folder}/cert.pem`
    const [certificate, key] = await Promise.all([host.files.read(path), host.files.read(`${folder}/key.pem`)])
    if (certificate === null || key === null) return null
    const { dueAt, isClientOf, renewedClient } = await import('../tls/authority.ts')
    const client = { certificate, key }
    // Keys for the engine of another machine, for instance.
    if (!isClientOf(client, authority.certificate)) return null
    const due = dueAt(certificate)
    if (due > host.wall.now()) return due
    const made = renewedClient(authority, client, host.wall.now())
    // Whose it is stays so, and who may read it.
    await host.files.writeAtomic(path, made)
    events.add({
      type: 'Normal',
      reason: 'ClientCertificateRenewed',
      message: `the certificate of User Docker's client in ${folder} was made anew, for the same key: it would have ended soon; copies elsewhere have to be copied again`,
      key: null
    })
    return dueAt(made)
  }

  return {
    async remember(folder) {
      const known = parse(await file.read()).filter((one) => one !== folder)
      await file.write(`${JSON.stringify([...known, folder].slice(-MOST))}\n`)
    },
    async renew(authority) {
      const dues: number[] = []
      for (const folder of await folders()) {
        try {
          const due = await renewIn(folder, authority)
          if (due !== null) dues.push(due)
          told.delete(folder)
        } catch (thrown) {
          dues.push(host.wall.now() + AGAIN)
          const message = `the certificate of User Docker's client in ${folder} could not be made anew: ${asRosError(thrown).message}`
          if (told.get(folder) === message) continue
          told.set(folder, message)
          events.add({ type: 'Warning', reason: 'ClientCertificate', message, key: null })
        }
      }
      return dues.length === 0 ? null : Math.min(...dues)
    }
  }
}

function parse(text: string | null): readonly string[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string') : []
  } catch {
    return []
  }
}
