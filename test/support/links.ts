// A link, seen and wanted, with only what matters written out.
import type { LinkSeen, LinkSpec } from '../../src/core/link.ts'

export function linkSeen(more: Partial<LinkSeen> = {}): LinkSeen {
  const bare = { txqueuelen: 1000, alias: '', master: '', kind: '', on: '', options: {}, port: null }
  return { index: 2, mac: '', mtu: 1500, up: true, carrier: true, ...bare, ...more }
}

export function linkSpec(more: Partial<LinkSpec> = {}): LinkSpec {
  const bare = { mtu: null, mac: null, txqueuelen: null, alias: null, master: null, bonded: false, port: {} }
  return { make: null, up: true, ...bare, ...more }
}
