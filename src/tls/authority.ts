// Who vouches for User Docker towards its clients, and for these towards it.
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { parseCidr, showAddress } from '../core/cidr.ts'
import { certificateOf, CLIENT_USE, type Identity, type Subject } from './certificate.ts'

const DAY = 86_400_000
/** How long certificates last, and how long before their end the agent makes them anew, in days. */
export const LASTS = { server: 365, client: 1080 } as const
export const RENEWED_BEFORE = 30

/** RFC 5280, 4.1.2.5: no end. Nobody could tell all clients of another authority. */
const FOR_EVER = new Date('9999-12-31T23:59:59Z')
/** A clock that stands before this was never set. */
const EARLIEST = Date.parse('2026-11-01T00:00:00Z')

/** An authority of this machine. */
export function newAuthority(): Identity {
  return identity({ name: 'rosd authority', use: 'authority', hosts: [], until: FOR_EVER }, null)
}

/**
 * A server's, for `localhost`, 127.0.0.1 and these names and addresses; `now` is milliseconds since 1970. Throws an Error where the
 * authority's key can not sign.
 */
export function newServer(authority: Identity, hosts: readonly string[], now: number): Identity {
  const all = [...new Set(['localhost', '127.0.0.1', ...hosts])]
  const name = hosts.find((host) => host !== 'localhost' && host !== '127.0.0.1') ?? 'localhost'
  return identity({ name, use: 'server', hosts: all, until: after(LASTS.server, now) }, authority)
}

/** One for somebody who may do everything on User Docker. */
export function newClient(authority: Identity, now: number): Identity {
  return identity(clientUntil(now), authority)
}

/** Another certificate for the key of a client. */
export function renewedClient(authority: Identity, { key }: Identity, now: number): string {
  return certificateOf(clientUntil(now), createPrivateKey(key), authority)
}

/** Whether it is a client's, signed by the authority, and the key is its. False as well for what can not be read. */
export function isClientOf({ certificate, key }: Identity, authority: string): boolean {
  try {
    const one = new X509Certificate(certificate)
    // The name is of Node.js: it has the extended key usage.
    const isClient = one.keyUsage?.includes(CLIENT_USE) === true && !one.ca
    return isClient && signedBy(certificate, authority) && one.checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

function clientUntil(now: number): Subject {
  return { name: 'client', use: 'client', hosts: [], until: after(LASTS.client, now) }
}

/** Names and addresses of a server's certificate. */
export function hostsOf(certificate: string): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(certificate)
  return subjectAltName.split(', ').flatMap((entry) => {
    const [, kind = '', host = ''] = /^(DNS|IP Address):(.+)$/.exec(entry) ?? []
    const address = kind === 'IP Address' ? parseCidr(host) : null
    return kind === '' ? [] : [address === null ? host : showAddress(address)]
  })
}

/** Milliseconds since 1970 at which a certificate is to be made anew. */
export function dueAt(certificate: string): number {
  return Date.parse(new X509Certificate(certificate).validTo) - RENEWED_BEFORE * DAY
}

/** Whether the authority signed it. */
export function signedBy(certificate: string, authority: string): boolean {
  return new X509Certificate(certificate).verify(new X509Certificate(authority).publicKey)
}

function after(days: number, now: number): Date {
  return new Date(Math.max(now, EARLIEST) + days * DAY)
}

function identity(subject: Subject, by: Identity | null): Identity {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    certificate: certificateOf(subject, privateKey, by),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }
}
