import { isAddress, parseCidr, showAddress } from '../../core/cidr.ts'
import { HOSTS } from '../../core/hosts-file.ts'
import { writesFile } from '../../core/write-files.ts'
import type { CloudConfig } from '../types.gen.ts'
import { noAddress } from './addresses.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'

const PATH = ['rancher', 'network', 'hosts']
/** hosts(5), and underscores, which people use. */
const NAME = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/

/** Names of other machines: each address one, each name one that programs can look up, and none the machine's own. */
export function* hosts(data: CloudConfig): Iterable<Finding> {
  const all = Object.entries(data.rancher?.network?.hosts ?? {})
  if (all.length > 0 && writesFile(data, HOSTS))
    yield {
      ...doubtful(
        'ROS_DOC_CONFLICT',
        PATH,
        `\`write_files\` has the whole of ${HOSTS}, so these names are not written`,
        'one of the two',
        `take ${HOSTS} out of \`write_files\`, or put the names into it`
      ),
      at: 'key'
    }
  const own = new Set(['localhost', ...ownNames(data)])
  const taken = new Map<string, string>()
  for (const [address, names] of all) {
    const path = [...PATH, address]
    if (!isAddress(address)) {
      yield { ...noAddress(path, address, '192.168.1.5'), at: 'key' }
      continue
    }
    const read = parseCidr(address)
    const shown = read === null ? address : showAddress(read)
    if (shown === '127.0.1.1')
      yield {
        ...wrong(
          'ROS_DOC_CONFLICT',
          path,
          '127.0.1.1 is the machine itself, under its own `hostname`',
          'addresses of other machines',
          'give another address, or set `hostname`'
        ),
        at: 'key'
      }
    for (const [at, name] of names.entries()) {
      const place = [...path, at]
      const key = `${read?.family} ${name.toLowerCase()}`
      const other = taken.get(key)
      taken.set(key, other ?? shown)
      if (!NAME.test(name))
        yield wrong(
          'ROS_DOC_NOTATION',
          place,
          `${quoted(name)} is no name of a machine`,
          'letters, digits, hyphens and dots',
          'correct the name'
        )
      else if (own.has(name.toLowerCase()))
        yield doubtful(
          'ROS_DOC_CONFLICT',
          place,
          `${quoted(name)} is the name of this machine, which has it as 127.0.1.1 or 127.0.0.1`,
          'names of other machines',
          'take it out'
        )
      else if (other !== undefined)
        yield doubtful(
          'ROS_DOC_DUPLICATE',
          place,
          other === shown ? `${quoted(name)} is listed twice` : `${quoted(name)} is ${other} already; the first counts`,
          'each name once for IPv4 and once for IPv6',
          'take one of the two out'
        )
    }
  }
}

function ownNames({ hostname = '' }: CloudConfig): readonly string[] {
  const name = hostname.toLowerCase()
  return name === '' ? [] : [name, name.split('.')[0] ?? name]
}
