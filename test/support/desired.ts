// A document as the kinds get it, made in one line; every value says its path as its place.
import type { Desired, LinkFact } from '../../src/core/kind.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'

/** `links`: names of network cards, or whole facts. */
export function desiredOf(data: CloudConfig, links: readonly (string | LinkFact)[] = []): Desired {
  const facts = links.map((link) => (typeof link === 'string' ? { name: link, mac: '', kind: '' } : link))
  return {
    data,
    facts: { links: facts, version: '1', kernel: '6.12', namespaces: false, stopped: [], shipped: {} },
    from: (path) => path.join('.')
  }
}
