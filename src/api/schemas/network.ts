// Links, addresses, routes, name servers and leases.
import type { JsonSchema } from '../route.ts'
import { among, boolean, integer, key, list, object, orNull, string } from './words.ts'

export const path = object({
  client: { ...string, description: 'address the ssh session comes from; empty: not known' },
  links: list(object({ name: string, mac: string, kind: string })),
  via: { type: ['string', 'null'], description: 'the router on the way' },
  to: { ...string, description: 'prefix of the route back' }
})

export const networkSchemas = {
  Network: object({
    links: list(
      object({
        name: string,
        kind: { ...string, description: 'empty for hardware' },
        driver: { ...string, description: 'of hardware; empty: none' },
        pci: { ...string, description: 'where hardware sits on a PCI bus; empty: on none' },
        up: boolean,
        carrier: boolean,
        mtu: integer,
        mac: string,
        master: { ...string, description: 'the bridge, bond or VRF it belongs to; empty: none' },
        on: { ...string, description: 'the link it stands on; empty: none' },
        speed: { type: ['integer', 'null'], description: 'megabits a second, where the card tells' },
        from: { type: ['string', 'null'], description: 'place in the document that asks for it' }
      })
    ),
    wifi: list(
      object({
        dev: string,
        state: { ...string, description: "wpa_supplicant's word, COMPLETED once it has joined; empty: no answer" },
        network: { type: ['string', 'null'], description: 'name of the network it has joined or is joining' },
        bssid: { type: ['string', 'null'] },
        frequency: { type: ['integer', 'null'], description: 'MHz' },
        signal: { type: ['integer', 'null'], description: 'dBm' },
        keyManagement: { type: ['string', 'null'] }
      })
    ),
    addresses: list(
      object({
        dev: string,
        cidr: string,
        origin: among('document', 'DHCP', 'RA', 'kernel', 'others'),
        state: among('usable', 'tentative', 'duplicate')
      })
    ),
    rules: list(object({ family: integer, rule: string, from: string })),
    routes: list(
      object({
        to: string,
        family: integer,
        via: { type: ['string', 'null'] },
        dev: string,
        metric: { type: ['integer', 'null'] },
        table: integer,
        origin: { ...string, description: 'document, DHCP, RA, kernel or others' }
      })
    ),
    dns: object({
      nameservers: list(object({ address: string, from: { type: ['string', 'null'] } })),
      search: list(string),
      options: list(string)
    }),
    leases: list({ type: 'object', description: 'one lease of DHCP, with its times' }),
    notReady: list(object({ key, reason: string, message: string })),
    path: { ...orNull(path), description: 'over what the ssh session of the asker came; null: over no network' }
  }),
  LinkExplained: object({
    name: string,
    present: boolean,
    mac: string,
    kind: string,
    entries: list(object({ key: string, selects: string, wins: boolean, why: string, place: string })),
    keys: list({ $ref: '#/components/schemas/Origin' }),
    resources: list(object({ key, ready: string, reason: string, message: string }))
  })
} as const satisfies Readonly<Record<string, JsonSchema>>
