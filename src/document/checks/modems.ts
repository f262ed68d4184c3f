import type { CloudConfig } from '../types.gen.ts'
import { type Finding, quoted, wrong } from './finding.ts'

type Networks = NonNullable<NonNullable<CloudConfig['rancher']>['network']>['modem_networks']

/** Mobile networks: names that can be part of a path, and properties as mmcli takes them. */
export function* modems(networks: Networks = {}): Iterable<Finding> {
  for (const [name, { extra_args: more = '' }] of Object.entries(networks)) {
    const path = ['rancher', 'network', 'modem_networks', name]
    if (!/^[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,31}$/.test(name))
      yield {
        ...wrong(
          'ROS_DOC_BAD_KEY',
          path,
          `${quoted(name)} is no name of an interface or a port`,
          'for instance wwan0 or ttyUSB0',
          'name the modem by its interface or its port'
        ),
        at: 'key'
      }
    const words = more.split(',').map((word) => word.trim())
    // What it says may be a password.
    if (words.some((word) => word !== '' && !/^[a-z][a-z0-9-]*=[^"\s]*$/.test(word)))
      yield wrong(
        'ROS_DOC_NOTATION',
        [...path, 'extra_args'],
        'not all parts between commas are `name=value`',
        'properties of mmcli(1) --simple-connect, for instance ip-type=ipv4,user=me',
        'correct the part; blanks and quotation marks can not be in it'
      )
  }
}
