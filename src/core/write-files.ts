// Entries of the document's `write_files` as files. Pure. Hashing and unpacking are loaded when a document has files: to check
// one that has none would take a tenth longer.
import { posix } from 'node:path'
import type { CloudConfig, WriteFile } from '../document/types.gen.ts'
import type { Key, Spec } from './resource.ts'

/** The service whose files are the machine's own: it shares /etc, /home, /opt, /root, /run and the like with it. */
export const CONSOLE = 'console'
/** Bytes a packed file may unpack to. */
const LARGEST = 64 * 1024 * 1024

export interface WantedFile {
  readonly key: Key<'file'>
  readonly path: string
  readonly spec: Spec<'file'>
}

/** True when the document itself says what stands in one of the machine's files. */
export function writesFile(data: CloudConfig, path: string): boolean {
  return (data.write_files ?? []).some((file) => file.path === path && (file.container ?? CONSOLE) === CONSOLE)
}

/** One entry of `write_files`. What is wrong with it is said in its spec; it is never thrown. */
export function wantedFile(entry: WriteFile): WantedFile {
  const path = posix.normalize(entry.path)
  const { container: name = CONSOLE, encoding = '', content = '' } = entry
  const container = name === CONSOLE || name === '' ? null : name
  const [user = '', group = ''] = (entry.owner ?? '').split(':')
  const decoded = decode(content, encoding)
  const problem = path.endsWith('/') ? `${entry.path} is the name of a directory` : decoded.problem
  return {
    key: container === null ? `file/${path}` : `file/${container}:${path}`,
    path,
    spec: {
      container,
      bytes: () => decode(content, encoding).bytes,
      sha256: sha256(decoded.bytes),
      mode: Number.parseInt((entry.permissions ?? '0644').replace(/^0o/, ''), 8) & 0o7777,
      user: user === '' ? 'root' : user,
      group: group === '' ? 'root' : group,
      tell: audience(container, path),
      broken: problem
    }
  }
}

/** Lower-case hex. */
export function sha256(bytes: Buffer | string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex')
}

/** sshd reads its files again on SIGHUP; any other service finds a file of its own when it starts. */
function audience(container: string | null, path: string): Spec<'file'>['tell'] {
  if (container !== null) return { container, by: 'restart' }
  return path.startsWith('/etc/ssh/') ? { container: CONSOLE, by: 'hangup' } : null
}

/** RancherOS's encodings: base64, gzip (raw bytes in the document), or gzip in base64. */
function decode(content: string, encoding: string): { readonly bytes: Buffer; readonly problem: string | null } {
  const none = Buffer.alloc(0)
  const packed = encoding.startsWith('gz')
  const base64 = encoding.endsWith('64')
  if (encoding !== '' && !packed && !base64) return { bytes: none, problem: `encoding '${encoding}' is not known` }
  const text = content.replace(/\s+/g, '')
  // Buffer.from drops what is not base64 without a word.
  if (base64 && !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text))
    return { bytes: none, problem: `its content is not base64, as encoding '${encoding}' says` }
  const bytes = base64 ? Buffer.from(text, 'base64') : Buffer.from(content, packed ? 'latin1' : 'utf8')
  if (!packed) return { bytes, problem: null }
  try {
    return {
      bytes: process.getBuiltinModule('node:zlib').gunzipSync(bytes, { maxOutputLength: LARGEST }),
      problem: null
    }
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    return { bytes: none, problem: `its content is not gzip, as encoding '${encoding}' says: ${why}` }
  }
}
