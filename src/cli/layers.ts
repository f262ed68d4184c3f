import { type Layer, documentPaths } from '../document/layers.ts'
import type { Io } from './io.ts'
import type { Input } from './input.ts'

/** The user's layer of a text. */
export function userLayer({ name, text }: Input): Layer {
  return { name, file: name, kind: 'user', text }
}

/** The image's own document, of this machine or of the checkout we run from; none where there is neither. */
export async function imageLayer(io: Io): Promise<readonly Layer[]> {
  const { image } = documentPaths()
  for (const file of [image, `rootfs${image}`]) {
    const text = await io.read(file).catch(() => null)
    if (text !== null) return [{ name: 'os-config.yml', file, kind: 'image', text }]
  }
  return []
}

/** Addresses of documentation (RFC 5737, RFC 3849), for where nobody knows those of the machine the document is for. */
const SOME = 'private_ipv4: 192.0.2.1\npublic_ipv4: 198.51.100.1\nprivate_ipv6: 2001:db8::1\npublic_ipv6: 2001:db8::2\n'

/** What is known of this machine's addresses; elsewhere made-up ones, so that `$private_ipv4/24` is judged as an address. */
export async function metadataLayer(io: Io): Promise<Layer> {
  const { metadata: file } = documentPaths()
  return { name: 'metadata', file, kind: 'metadata', text: await io.read(file).catch(() => SOME) }
}
