import { isAddress } from '../../core/cidr.ts'
import { MOST_SERVERS } from '../../core/name-service.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { noAddress } from './addresses.ts'
import { doubtful, type Finding, meant, quoted, wrong } from './finding.ts'
import type { Configured } from './interfaces.ts'

/** resolv.conf(5). */
const FLAGS =
  'debug rotate no-aaaa no-check-names inet6 edns0 single-request single-request-reopen no-tld-query use-vc no-reload trust-ad'.split(
    ' '
  )
const NUMBERS = ['ndots', 'timeout', 'attempts']

/** Name servers and options, of the machine and of its interfaces: such as the C library reads. */
export function* nameServers(interfaces: readonly Configured[], data: CloudConfig): Iterable<Finding> {
  const { dns } = data.rancher?.network ?? {}
  const path = ['rancher', 'network', 'dns']
  yield* tooMany([...path, 'nameservers'], dns?.nameservers ?? [])
  for (const [at, option] of (dns?.options ?? []).entries()) yield* known([...path, 'options', at], option)
  for (const { entry, path: own } of interfaces) {
    const servers = entry.dns?.nameservers ?? []
    const place = [...own, 'dns', 'nameservers']
    yield* tooMany(place, servers)
    for (const [at, server] of servers.entries())
      if (!isAddress(server)) yield { ...noAddress([...place, at], server, '192.168.1.1'), severity: 'warning' }
  }
}

function* tooMany(path: Path, servers: readonly string[]): Iterable<Finding> {
  if (servers.length <= MOST_SERVERS) return
  yield doubtful(
    'ROS_DOC_RANGE',
    [...path, MOST_SERVERS],
    `programs ask the first three name servers, and ${servers.length} are listed`,
    'at most three',
    'put the three that count first, and take the others out'
  )
}

function* known(path: Path, option: string): Iterable<Finding> {
  if (/\s/.test(option) || option === '') {
    yield wrong(
      'ROS_DOC_NOTATION',
      path,
      `${quoted(option)} is not one word`,
      'one option, for instance `ndots:2`',
      'make each option an entry of its own'
    )
    return
  }
  const [name = '', number] = option.split(':')
  const counts = NUMBERS.includes(name)
  if (counts ? /^\d+$/.test(number ?? '') : FLAGS.includes(name) && number === undefined) return
  yield doubtful(
    'ROS_DOC_VALUE',
    path,
    counts
      ? `\`${name}\` wants a number`
      : `${quoted(option)} is no option of resolv.conf(5)${meant(name, [...FLAGS, ...NUMBERS])}`,
    counts ? `for instance \`${name}:2\`` : 'for instance `rotate`, `edns0`, `ndots:2` or `timeout:3`',
    'correct the option'
  )
}
