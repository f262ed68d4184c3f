// Certificates of User Docker, kept in machine.yml: made where rancher.docker.tls asks for it and the document brings none, made
// anew before they end, as are those of clients on this machine.
import type { Subscription } from 'rxjs'
import { Refusal } from '../api/refusal.ts'
import { bringsKeys } from '../core/engine-tls.ts'
import { setIn } from '../document/edit.ts'
import type { Layer } from '../document/layers.ts'
import { showProblems } from '../document/problem.ts'
import { salvage } from '../document/salvage.ts'
import type { Engine } from '../document/types.gen.ts'
import { contentHash, writeAtomic } from '../document/write.ts'
import type { Host } from '../host/ports.ts'
import type { Identity } from '../tls/certificate.ts'
import type { ClientCertificates } from './client-certificates.ts'
import type { Events } from './events.ts'

export interface EngineCertificates {
  /** Makes what is missing, or about to end; called for each document and when it is time. Never rejects. */
  ensure(): Promise<void>
  /** A new server's certificate for these names and addresses, beside `localhost`. Rejects with a Refusal where the document has one. */
  server(hosts: readonly string[]): Promise<EngineKeys>
  /** A new client's certificate. It is kept nowhere; `folder` of this machine is where it is going to lie, null: elsewhere. */
  client(folder: string | null): Promise<EngineKeys>
  /** Has it look when a certificate is to be made anew. */
  start(): Subscription
}

/** PEM. */
export interface EngineKeys {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

export interface CertificateParts {
  readonly host: Pick<Host, 'files' | 'wall'>
  readonly layers: () => Promise<readonly Layer[]>
  readonly machineFile: string
  readonly events: Events
  readonly clients: ClientCertificates
}

/** Milliseconds within which no certificate is made anew twice, however the clock is set. */
const ONCE = 3_600_000
const RING = 'engine-certificates'

interface Have {
  /** Of the document. */
  readonly docker: Engine
  /** Of machine.yml alone. */
  readonly own: Engine
  readonly tls: boolean
  readonly hostname: string
}

export function createEngineCertificates({
  host,
  layers,
  machineFile,
  events,
  clients
}: CertificateParts): EngineCertificates {
  let turn: Promise<unknown> = Promise.resolve()
  let renewed = Number.NEGATIVE_INFINITY
  let told = ''
  /** When it is to be looked whether a certificate ends; null: not before the next document. */
  let due: number | null = null

  /** For the server's certificate, and for the first of the clients'. */
  const rings: Record<'server' | 'clients', number | null> = { server: null, clients: null }

  const ring = (at: number | null, of: keyof typeof rings = 'server') => {
    rings[of] = at
    const all = [rings.server, rings.clients].filter((one) => one !== null)
    due = all.length === 0 ? null : Math.min(...all)
    host.wall.ring(RING, due)
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }

  const look = async (): Promise<Have> => {
    const all = await layers()
    const { data } = salvage(all).document
    const own = salvage(all.filter(({ kind }) => kind === 'machine')).document.data
    return {
      docker: data.rancher?.docker ?? {},
      own: own.rancher?.docker ?? {},
      tls: data.rancher?.docker?.tls === true && !bringsKeys(data),
      hostname: data.hostname ?? data.rancher?.defaults?.hostname ?? ''
    }
  }

  const keep = async (keys: Readonly<Record<string, string>>) => {
    const before = await host.files.read(machineFile)
    let text = before ?? '# Written by the machine about itself: secrets, chosen once.\n'
    for (const [name, value] of Object.entries(keys)) {
      const edited = setIn(text, ['rancher', 'docker', name], value, 'machine.yml')
      if (!edited.ok) throw new Error(showProblems(edited.problems))
      text = edited.text
    }
    await writeAtomic(machineFile, text, { expectedHash: contentHash(before ?? '') })
  }

  /** The document's authority, else one of our own. */
  const authorityOf = async ({ docker }: Have): Promise<Identity> => {
    if (given(docker.ca_cert) && given(docker.ca_key)) return { certificate: docker.ca_cert, key: docker.ca_key }
    if (given(docker.ca_cert))
      throw new Refusal(
        'ROS_API_BAD_REQUEST',
        'the document has rancher.docker.ca_cert without its key: add ca_key, or take ca_cert out and the machine makes both'
      )
    const { newAuthority } = await import('../tls/authority.ts')
    const made = newAuthority()
    await keep({ ca_cert: made.certificate, ca_key: made.key })
    tell('Normal', 'AuthorityMade', 'an authority for User Docker was made; it is kept in machine.yml')
    return made
  }

  const makeServer = async (have: Have, hosts: readonly string[]): Promise<EngineKeys> => {
    const authority = await authorityOf(have)
    const { dueAt, newServer } = await import('../tls/authority.ts')
    const made = newServer(authority, hosts, host.wall.now())
    await keep({ server_cert: made.certificate, server_key: made.key })
    if (have.tls) ring(dueAt(made.certificate))
    return { ca: authority.certificate, ...made }
  }

  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    void events.add({ type, reason, message, key: null })

  const ensure = async () => {
    const have = await look()
    const { docker, own } = have
    if (!have.tls) return ring(null)
    if (!given(docker.server_cert) && !given(docker.server_key)) {
      await makeServer(
        have,
        [have.hostname].filter((name) => name !== '')
      )
      return tell('Normal', 'ServerCertificateMade', 'User Docker had no certificate; one was made for this machine')
    }
    if (!given(docker.server_cert)) return
    const { dueAt, hostsOf, RENEWED_BEFORE, signedBy } = await import('../tls/authority.ts')
    const foreign = given(docker.ca_cert) && !signedBy(docker.server_cert, docker.ca_cert)
    const ends = dueAt(docker.server_cert)
    ring(ends > host.wall.now() ? ends : null)
    if (ends > host.wall.now() && !foreign) return
    if (docker.server_cert !== own.server_cert) return complain(docker.server_cert, foreign)
    // A clock that jumps about makes it due again and again.
    if (performance.now() - renewed < ONCE) return ring(host.wall.now() + ONCE)
    renewed = performance.now()
    await makeServer(have, hostsOf(docker.server_cert))
    const why = foreign ? 'the authority is another one' : `it would have ended within ${RENEWED_BEFORE} days`
    tell('Normal', 'ServerCertificateRenewed', `User Docker's certificate was made anew: ${why}`)
  }

  /** Said once of each certificate. */
  const complain = (certificate: string, foreign: boolean) => {
    if (told === certificate) return
    told = certificate
    const what = foreign ? 'is not signed by rancher.docker.ca_cert' : 'ends soon, or has ended'
    tell('Warning', 'ServerCertificate', `rancher.docker.server_cert ${what}; the document brings it, so it stays`)
  }

  /** Those that the authority of today signed. */
  const ensureClients = async () => {
    const { docker, tls } = await look()
    const mine = tls && given(docker.ca_cert) && given(docker.ca_key)
    ring(mine ? await clients.renew({ certificate: docker.ca_cert, key: docker.ca_key }) : null, 'clients')
  }

  const quietly = async () => {
    try {
      await ensure()
      await ensureClients()
    } catch (thrown) {
      ring(host.wall.now() + ONCE)
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      if (told === message) return
      told = message
      tell('Warning', 'ServerCertificate', `no certificate could be made for User Docker: ${message}`)
    }
  }

  return {
    ensure: () => inTurn(quietly),
    server: (hosts) =>
      inTurn(async () => {
        const have = await look()
        if (given(have.docker.server_cert) && have.docker.server_cert !== have.own.server_cert)
          throw new Refusal(
            'ROS_API_BAD_REQUEST',
            'the document has a rancher.docker.server_cert, which would win over a new one: take it out first (ros config explain rancher.docker.server_cert)'
          )
        return makeServer(have, hosts)
      }),
    client: (folder) =>
      inTurn(async () => {
        const have = await look()
        const authority = await authorityOf(have)
        const { dueAt, newClient } = await import('../tls/authority.ts')
        const made = newClient(authority, host.wall.now())
        if (folder !== null) {
          await clients.remember(folder)
          if (have.tls) ring(Math.min(rings.clients ?? Infinity, dueAt(made.certificate)), 'clients')
        }
        return { ca: authority.certificate, ...made }
      }),
    // Rings are for all who set one.
    start: () =>
      host.wall.rings.subscribe(() => {
        if (due !== null && host.wall.now() >= due) void inTurn(quietly)
      })
  }
}

function given(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== ''
}
