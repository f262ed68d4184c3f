import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { type Finding, wrong } from './finding.ts'
import { base64, publicKey, wordOf } from './ssh-keys.ts'

const PRIVATE = /^(?:(?:RSA|DSA|EC|OPENSSH|ENCRYPTED) )?PRIVATE KEY$/
const CERTIFICATE = /^(?:TRUSTED )?CERTIFICATE$/
const MAGIC = 'openssh-key-v1\0'
/** Types of host keys as the document names them. */
const TYPES: Readonly<Record<string, RegExp>> = {
  rsa: /^ssh-rsa$/,
  dsa: /^ssh-dss$/,
  ecdsa: /^ecdsa-sha2-nistp\d+$/,
  ed25519: /^ssh-ed25519$/
}

interface Block {
  readonly label: string
  readonly bytes: Buffer
  /** Asks for a passphrase, by its headers (RFC 1421). */
  readonly locked: boolean
}

/** Whether a text holds a private key. */
export function isPrivate(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)
}

/** Keys and certificates in the document. Nothing of them is ever quoted. */
export function* pem(data: CloudConfig): Iterable<Finding> {
  const { docker, system_docker, bootstrap_docker, registry_auths, ssh } = data.rancher ?? {}
  for (const [name, engine] of Object.entries({ docker, system_docker, bootstrap_docker }))
    for (const key of ['ca_cert', 'ca_key', 'server_cert', 'server_key'] as const)
      yield* pemBlocks(['rancher', name, key], engine?.[key])
  for (const [name, entry] of Object.entries(registry_auths ?? {}))
    for (const key of ['ca_cert', 'client_cert', 'client_key'] as const)
      yield* pemBlocks(['rancher', 'registry_auths', name, key], entry[key])
  for (const [name, text] of Object.entries(ssh?.keys ?? {})) yield* hostKey(name, text, ssh?.keys ?? {})
}

/** A certificate or a key, by the end of its path. */
function* pemBlocks(path: readonly string[], text: string | undefined): Iterable<Finding> {
  if (text === undefined || text.trim() === '') return
  const certificate = path.at(-1)?.endsWith('cert') === true
  const fault = blocksFault(text, certificate ? CERTIFICATE : PRIVATE)
  if (fault !== null) yield secret('ROS_DOC_PEM', path, fault, certificate ? 'certificate' : 'key')
}

function secret(code: 'ROS_DOC_PEM' | 'ROS_DOC_SSH_KEY', path: Path, message: string, what: string): Finding {
  const pub = what === 'public key'
  const expected = pub
    ? 'the one line of a `.pub` file'
    : `a ${what} in PEM, from -----BEGIN to -----END, indented as a block after \`|\``
  return { ...wrong(code, path, message, expected, `paste the ${what} again`), secret: true }
}

/** What keeps a text from being certificates; null when nothing does. */
export function certificatesFault(text: string): string | null {
  return blocksFault(text, CERTIFICATE)
}

/** What keeps a text from being PEM blocks of a kind; null when nothing does. */
function blocksFault(text: string, label: RegExp): string | null {
  const blocks = blocksOf(text)
  if (typeof blocks === 'string') return blocks
  const stranger = blocks.find((block) => !label.test(block.label))
  // Parameters of a curve stand before its key in files made by openssl.
  if (stranger !== undefined && stranger.label !== 'EC PARAMETERS') return `it is labelled ${stranger.label}`
  if (blocks.some(({ locked }) => locked)) return 'it asks for a passphrase, which nobody is there to type'
  const odd = blocks.some(({ label: of, bytes }) => of !== 'EC PARAMETERS' && bytes[0] !== 0x30)
  return odd ? 'its content is no such thing' : null
}

/** The blocks of a text, or what is wrong with it. */
function blocksOf(text: string): readonly Block[] | string {
  const found = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----((?:(?!-----)[\s\S])*)(?:-----END ([A-Z0-9 ]+)-----)?/g)]
  if (found.length === 0) return 'no line of it is -----BEGIN …-----'
  const blocks: Block[] = []
  for (const [, label = '', body = '', end] of found) {
    if (end === undefined) return `-----END ${label}----- is missing`
    if (end !== label) return `${label} ends as ${end}`
    const headers = body.match(/^[A-Za-z0-9-]+:.*$/gm) ?? []
    const bytes = base64(body.replaceAll(/^[A-Za-z0-9-]+:.*(?:\n[ \t]+\S.*)*$/gm, '').replaceAll(/\s+/g, ''))
    if (bytes === null) return `what stands between BEGIN and END of ${label} is not base64`
    blocks.push({
      label,
      bytes,
      locked: label.startsWith('ENCRYPTED') || headers.some((line) => /ENCRYPTED/.test(line))
    })
  }
  return blocks
}

function* hostKey(name: string, text: string, keys: Readonly<Record<string, string>>): Iterable<Finding> {
  if (text.trim() === '') return
  const path = ['rancher', 'ssh', 'keys', name]
  const type = name.replace(/-pub$/, '')
  const wanted = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined
  if (wanted === undefined) return
  if (name === type) {
    const fault = privateFault(text, type, wanted)
    if (fault !== null) yield secret('ROS_DOC_SSH_KEY', path, fault, 'private key')
    return
  }
  const key = isPrivate(text) ? 'it is a private key' : publicKey(text.trim())
  const fault = typeof key === 'string' ? key : wanted.test(key.type) ? null : `it is of type ${key.type}, not ${type}`
  if (fault !== null) {
    yield secret('ROS_DOC_SSH_KEY', path, fault, 'public key')
    return
  }
  const own = Object.hasOwn(keys, type) ? publicHalf(keys[type] ?? '') : null
  if (own !== null && typeof key !== 'string' && !own.equals(Buffer.from(key.blob, 'base64')))
    yield secret('ROS_DOC_SSH_KEY', path, `it is not the public half of \`${type}\``, 'public key')
}

function privateFault(text: string, type: string, wanted: RegExp): string | null {
  const blocks = blocksOf(text)
  if (typeof blocks === 'string') return blocks
  const block = blocks.find(({ label }) => PRIVATE.test(label))
  if (block === undefined) return `it is labelled ${blocks[0]?.label ?? 'otherwise'}`
  if (block.locked) return 'it asks for a passphrase, which nobody is there to type'
  if (block.label !== 'OPENSSH PRIVATE KEY') {
    const labelled =
      { 'RSA PRIVATE KEY': 'rsa', 'DSA PRIVATE KEY': 'dsa', 'EC PRIVATE KEY': 'ecdsa' }[block.label] ?? type
    if (block.bytes[0] !== 0x30) return 'its content is no key'
    return labelled === type ? null : `it is of type ${labelled}, not ${type}`
  }
  const parts = opensshParts(block.bytes)
  if (parts === null) return 'its content is no key'
  if (parts.cipher !== 'none') return 'it asks for a passphrase, which nobody is there to type'
  const is = wordOf(parts.half)
  return is !== null && wanted.test(is) ? null : `it is of type ${is ?? 'nobody knows'}, not ${type}`
}

/** The public half that an OpenSSH private key carries (PROTOCOL.key); null of other forms. */
function publicHalf(text: string): Buffer | null {
  const blocks = blocksOf(text)
  const block = typeof blocks === 'string' ? undefined : blocks.find(({ label }) => label === 'OPENSSH PRIVATE KEY')
  return block === undefined ? null : (opensshParts(block.bytes)?.half ?? null)
}

function opensshParts(bytes: Buffer): { readonly cipher: string; readonly half: Buffer } | null {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  let at = MAGIC.length
  const next = (): Buffer | null => {
    if (at + 4 > bytes.length) return null
    const end = at + 4 + bytes.readUInt32BE(at)
    const part = end > bytes.length ? null : bytes.subarray(at + 4, end)
    at = end
    return part
  }
  const [cipher, kdf, options] = [next(), next(), next()]
  at += 4
  const half = options === null ? null : next()
  return cipher === null || kdf === null || half === null ? null : { cipher: cipher.toString('latin1'), half }
}
