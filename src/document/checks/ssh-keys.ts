import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, wrong } from './finding.ts'
import { isPrivate } from './pem.ts'

const EXPECTED = 'the one line of a `.pub` file, for instance `ssh-ed25519 AAAA… ann@example.org`'
const SHORT = 'ssh-rsa ssh-dss ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521'
const SECURITY = ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com']
const TYPES: ReadonlySet<string> = new Set([
  ...SHORT.split(' ').flatMap((type) => [type, `${type}-cert-v01@openssh.com`]),
  ...SECURITY.flatMap((type) => [type, type.replace('@', '-cert-v01@')])
])

export interface PublicKey {
  readonly type: string
  /** Base64 of the key itself. */
  readonly blob: string
}

/** `ssh_authorized_keys`. sshd passes over what it cannot read, so only a private key refuses the document. */
export function* authorizedKeys(data: CloudConfig): Iterable<Finding> {
  const taken = new Map<string, number>()
  for (const [at, text] of (data.ssh_authorized_keys ?? []).entries()) {
    const path = ['ssh_authorized_keys', at]
    if (isPrivate(text)) {
      yield {
        ...wrong(
          'ROS_DOC_SSH_KEY',
          path,
          'this is a private key: whoever reads the document can log in with it',
          EXPECTED,
          'paste the public half, and make a new pair: this one is known now'
        ),
        secret: true
      }
      continue
    }
    const lines = text.split('\n').map((line) => line.trim())
    for (const line of lines) if (line !== '' && !line.startsWith('#')) yield* judge(line, path, at, taken)
    if (text.trim() === '')
      yield doubtful('ROS_DOC_SSH_KEY', path, 'is empty', EXPECTED, 'paste the key, or take the element out')
  }
}

function* judge(line: string, path: Path, at: number, taken: Map<string, number>): Iterable<Finding> {
  const key = publicKey(line)
  if (typeof key === 'string') {
    yield doubtful(
      'ROS_DOC_SSH_KEY',
      path,
      `opens nothing: ${key}`,
      EXPECTED,
      'paste the whole line of the `.pub` file'
    )
    return
  }
  const other = taken.get(key.blob)
  taken.set(key.blob, other ?? at)
  if (other === undefined) return
  const message = other === at ? 'holds the same key twice' : `is the key of ssh_authorized_keys[${other}] once more`
  yield {
    ...doubtful('ROS_DOC_DUPLICATE', path, message, 'each key once', 'take one of the two out'),
    severity: 'note'
  }
}

/** A line of authorized_keys (sshd(8)), or what is wrong with it. */
export function publicKey(line: string): PublicKey | string {
  const bare = TYPES.has(line.split(/\s/, 1)[0] ?? '') ? line : afterOptions(line)
  if (bare === null) return 'a quote in its options is not closed'
  const [type = '', blob = ''] = bare.split(/\s+/)
  if (!TYPES.has(type)) return 'it begins with no type of key that sshd knows'
  if (blob === '') return 'the key is missing after its type'
  const bytes = base64(blob)
  if (bytes === null) return 'the key is not base64'
  if (wordOf(bytes) !== type) return `the key is cut off, or not of type ${type}`
  const end = endOf(bytes)
  return end === bytes.length ? { type, blob } : 'the key is cut off'
}

/** The rest of a line after the options in front of a key: words between commas, quotes around spaces. */
function afterOptions(line: string): string | null {
  let within = false
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at)
    if (char === '\\' && line.charAt(at + 1) === '"') at++
    else if (char === '"') within = !within
    else if (!within && /\s/.test(char)) return line.slice(at).trim()
  }
  return within ? null : ''
}

export function base64(text: string): Buffer | null {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 ? Buffer.from(text, 'base64') : null
}

/** The first word of a key in the form of RFC 4253: its type. */
export function wordOf(bytes: Buffer): string | null {
  if (bytes.length < 4) return null
  const length = bytes.readUInt32BE(0)
  return length > 64 || 4 + length > bytes.length ? null : bytes.toString('latin1', 4, 4 + length)
}

/** Where the last whole word of a key ends. */
function endOf(bytes: Buffer): number {
  let at = 0
  while (at + 4 <= bytes.length) {
    const next = at + 4 + bytes.readUInt32BE(at)
    if (next > bytes.length) return at
    at = next
  }
  return at
}
