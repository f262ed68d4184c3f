// X.509 certificates (RFC 5280) as Docker's TLS wants them, made with Node.js's own keys and signatures.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate
} from 'node:crypto'
import { parseCidr } from '../core/cidr.ts'
import {
  bits,
  contentOf,
  inPlace,
  integer,
  nothing,
  objectId,
  octets,
  partsOf,
  sequence,
  set,
  time,
  utf8,
  within,
  yes
} from './der.ts'

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

export interface Subject {
  /** Its common name. */
  readonly name: string
  readonly use: 'authority' | 'server' | 'client'
  /** Names and addresses a server is asked by. */
  readonly hosts: readonly string[]
  readonly until: Date
}

const SIGNATURES = {
  ec: sequence(objectId('1.2.840.10045.4.3.2')), // ecdsa-with-SHA256
  rsa: sequence(objectId('1.2.840.113549.1.1.11'), nothing) // sha256WithRSAEncryption
} as const

const NAME = '2.5.4.3'
/** ub-common-name of RFC 5280. */
const LONGEST_NAME = 64
const SUBJECT_KEY = '2.5.29.14'
const KEY_USAGE = '2.5.29.15'
const ALTERNATIVE_NAMES = '2.5.29.17'
const CONSTRAINTS = '2.5.29.19'
const AUTHORITY_KEY = '2.5.29.35'
const EXTENDED_USAGE = '2.5.29.37'
/** id-kp-clientAuth */
export const CLIENT_USE = '1.3.6.1.5.5.7.3.2'
const USES = { server: '1.3.6.1.5.5.7.3.1', client: CLIENT_USE } as const

/** The clock of a machine may never have been set: no certificate is of its future. */
const SINCE = new Date(0)

/**
 * A certificate for the public half of `key`, signed by `by`; null: by itself. `by` may have a key of elliptic curves or of RSA;
 * throws an Error that says so where its key is of another kind or not the certificate's.
 */
export function certificateOf(subject: Subject, key: KeyObject, by: Identity | null): string {
  const signer = by === null ? key : createPrivateKey(by.key)
  const own = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const name = sequence(set(sequence(objectId(NAME), utf8(subject.name.slice(0, LONGEST_NAME)))))
  const issuer = by === null ? { name, keyId: keyIdOf(own) } : issuerOf(by, signer)
  const kind = signer.asymmetricKeyType
  if (kind !== 'ec' && kind !== 'rsa')
    throw new Error(`an authority's key is of elliptic curves or of RSA, not ${kind}`)
  const body = sequence(
    within(0, integer(Buffer.from([2]))), // version 3
    integer(randomBytes(16)),
    SIGNATURES[kind],
    issuer.name,
    sequence(time(SINCE), time(subject.until)),
    name,
    own,
    within(3, sequence(...extensions(subject, keyIdOf(own), issuer.keyId)))
  )
  const certificate = sequence(body, SIGNATURES[kind], bits(sign('sha256', body, signer)))
  return pem('CERTIFICATE', certificate)
}

function extensions({ use, hosts }: Subject, keyId: Buffer, issuer: Buffer | null): readonly Buffer[] {
  const extension = (id: string, critical: boolean, value: Buffer) =>
    sequence(objectId(id), ...(critical ? [yes] : []), octets(value))
  const authority = use === 'authority'
  return [
    extension(CONSTRAINTS, true, authority ? sequence(yes, integer(Buffer.from([0]))) : sequence()),
    // Certificates and lists of revoked ones (bits 5 and 6), or signatures (bit 0).
    extension(KEY_USAGE, true, authority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7)),
    ...(authority ? [] : [extension(EXTENDED_USAGE, false, sequence(objectId(USES[use])))]),
    ...(hosts.length === 0 ? [] : [extension(ALTERNATIVE_NAMES, false, sequence(...hosts.map(hostName)))]),
    extension(SUBJECT_KEY, false, octets(keyId)),
    ...(issuer === null ? [] : [extension(AUTHORITY_KEY, false, sequence(inPlace(0, issuer)))])
  ]
}

function hostName(host: string): Buffer {
  const address = parseCidr(host)
  if (address === null) return inPlace(2, Buffer.from(host))
  return inPlace(7, Buffer.from(address.bits.toString(16).padStart(address.family === 6 ? 32 : 8, '0'), 'hex'))
}

/** The first way of RFC 5280, 4.2.1.2: a digest of the key's bits. */
function keyIdOf(publicKey: Buffer): Buffer {
  const [, key = Buffer.alloc(0)] = partsOf(publicKey)
  return createHash('sha1').update(contentOf(key).subarray(1)).digest()
}

/** Name and key id as its certificate spells them: verifiers compare bytes. The id is null where it has none. */
function issuerOf({ certificate }: Identity, key: KeyObject): { readonly name: Buffer; readonly keyId: Buffer | null } {
  const parsed = new X509Certificate(certificate)
  if (!parsed.checkPrivateKey(key)) throw new Error("the authority's key is not that of its certificate")
  const [body = Buffer.alloc(0)] = partsOf(parsed.raw)
  // version (in version 3), serial number, signature, issuer, validity, subject
  const name = partsOf(body)[5] ?? Buffer.alloc(0)
  const id = objectId(SUBJECT_KEY)
  const at = parsed.raw.indexOf(id)
  return { name, keyId: at === -1 ? null : contentOf(contentOf(parsed.raw.subarray(at + id.length))) }
}

/** PEM (RFC 7468). */
function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
