// The network as people read it, in tables of 80 columns.
import type { LinkExplained, LinkView, NetworkView } from '../api/network.ts'
import { showPath } from '../core/operator-path.ts'
import { age } from './age.ts'
import { showValue } from './change-text.ts'
import { columns } from './columns.ts'

const MAIN = 254

/** Links, addresses, routes, name servers, leases, and what is not as wanted. `now` in ms since 1970. */
export function networkText(view: NetworkView, now: number, width = 0): string {
  const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : [columns(heads, rows, width)]
  const leases = view.leases.flatMap(({ interface: dev, family, server, expiresAt, addresses, prefixes }) =>
    [...addresses, ...prefixes].map(({ cidr }) => [
      dev,
      cidr,
      server ?? `DHCPv${family}`,
      expiresAt === null ? 'never' : age(Date.parse(expiresAt) - now)
    ])
  )
  return [
    ...(view.path === null ? [] : [`you came from ${showPath(view.path)}\n`]),
    ...table(['LINK', 'STATE', 'MTU', 'MAC', 'KIND', 'OF', 'SPEED'], view.links.map(linkRow)),
    ...table(['WI-FI', 'STATE', 'NETWORK', 'SIGNAL', 'MHZ', 'KEYS'], view.wifi.map(wifiRow)),
    ...table(
      ['ADDRESS', 'LINK', 'FROM'],
      view.addresses.map(({ cidr, dev, origin, state }) => [
        cidr,
        dev,
        state === 'usable' ? origin : `${origin}, ${state}`
      ])
    ),
    ...table(
      ['ROUTE', 'VIA', 'LINK', 'METRIC', 'TABLE', 'FROM'],
      view.routes.map(({ to, via, dev, metric, table: number, origin }) => [
        to,
        via ?? '-',
        dev === '' ? '-' : dev,
        metric === null ? '-' : String(metric),
        number === MAIN ? 'main' : String(number),
        origin
      ])
    ),
    ...table(
      ['RULE', 'FROM'],
      view.rules.map(({ family, rule, from }) => [family === 6 ? `-6 ${rule}` : rule, from])
    ),
    ...table(
      ['NAME SERVER', 'FROM'],
      view.dns.nameservers.map(({ address, from }) => [address, from ?? 'not said'])
    ),
    ...(view.dns.search.length === 0 ? [] : [`search ${view.dns.search.join(' ')}\n`]),
    ...table(['LEASE', 'ADDRESS', 'SERVER', 'LEFT'], leases),
    ...table(
      ['NOT READY', 'REASON', 'MESSAGE'],
      view.notReady.map(({ key, reason, message }) => [key, reason, message])
    )
  ].join('\n')
}

/** Only what is about one link. */
export function onlyOf(view: NetworkView, name: string): NetworkView {
  const of = ({ dev }: { readonly dev: string }) => dev === name
  return {
    ...view,
    links: view.links.filter((link) => link.name === name),
    addresses: view.addresses.filter(of),
    routes: view.routes.filter(of),
    rules: view.rules.filter(({ rule }) => rule.split(' ').includes(name)),
    leases: view.leases.filter((lease) => lease.interface === name),
    wifi: view.wifi.filter(of),
    dns: {
      ...view.dns,
      nameservers: view.dns.nameservers.filter(({ from }) => from?.endsWith(` ${name}`) === true),
      search: []
    },
    notReady: view.notReady.filter(({ key }) => key.split(/[/:]/).includes(name))
  }
}

function linkRow({ name, up, carrier, mtu, mac, kind, master, on, speed }: LinkView): readonly string[] {
  const state = up ? (carrier ? 'up' : 'no carrier') : 'down'
  const of = [master, on].filter((one) => one !== '').join(', ')
  const rate = speed === null ? '-' : speed >= 1000 ? `${speed / 1000}G` : `${speed}M`
  return [name, state, String(mtu), mac, kind === '' ? '-' : kind, of === '' ? '-' : of, rate]
}

function wifiRow(one: NetworkView['wifi'][number]): readonly string[] {
  const { dev, state, network, signal, frequency, keyManagement } = one
  const unit = (value: number | null, name = '') => (value === null ? '-' : `${value}${name}`)
  return [dev, state || 'no answer', network ?? '-', unit(signal, ' dBm'), unit(frequency), keyManagement ?? '-']
}

/** Which entry a link gets and why, what of it comes from where, and what follows from it. */
export function explainedText(
  { name, present, mac, kind, entries, keys, resources }: LinkExplained,
  width = 0
): string {
  const what = present ? `${kind === '' ? 'a card' : kind}${mac === '' ? '' : `, ${mac}`}` : 'not there'
  const standing = (wins: boolean) => (wins ? (present ? 'has it' : 'would take it') : 'lost')
  const parts = [
    `${name}: ${what}\n`,
    entries.length === 0
      ? 'no entry of rancher.network.interfaces is for it\n'
      : columns(
          ['ENTRY', '', 'SELECTS BY', 'PLACE'],
          entries.map((one) => [one.key, standing(one.wins), one.selects, one.place]),
          width
        ) + entries.map((one) => `  ${one.key}: ${one.why}\n`).join(''),
    ...(keys.length === 0
      ? []
      : [
          columns(
            ['KEY', 'VALUE', 'FROM', 'STANDING'],
            keys.map((one) => [
              one.key.replace(/^rancher\.network\.interfaces\./, ''),
              one.taken ? '-' : showValue(one.value),
              one.place,
              one.counts ? 'counts' : one.taken ? 'takes it away' : 'overridden'
            ]),
            width
          )
        ]),
    ...(resources.length === 0
      ? []
      : [
          columns(
            ['RESOURCE', 'READY', 'REASON', 'MESSAGE'],
            resources.map((one) => [one.key, one.ready, one.reason, one.message]),
            width
          )
        ])
  ]
  return parts.join('\n')
}
