import { isAddress } from '../../core/cidr.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import { each, type Named } from './services.ts'

/** What a service is built from, takes its environment from and is attached to. */
export function* sources({ service, path }: Named): Iterable<Finding> {
  const { build, dockerfile } = service
  if (build !== undefined && !build.startsWith('/'))
    yield wrong(
      'ROS_DOC_NOTATION',
      [...path, 'build'],
      `${quoted(build)} is no absolute path`,
      'a folder of the machine, for instance /opt/app',
      'write where the folder lies on the machine'
    )
  if (dockerfile !== undefined && build === undefined)
    yield doubtful(
      'ROS_DOC_CONFLICT',
      [...path, 'dockerfile'],
      'nothing is built here',
      '`build` beside `dockerfile`',
      'add `build`, or take `dockerfile` out'
    )
  if (dockerfile !== undefined && /^\/|(^|\/)\.\.(\/|$)/.test(dockerfile))
    yield wrong(
      'ROS_DOC_NOTATION',
      [...path, 'dockerfile'],
      `${quoted(dockerfile)} is not in the folder that is built`,
      'a path relative to `build`, for instance Dockerfile.prod',
      'put the file into the folder, and name it from there'
    )
  for (const [place, file] of each(service.env_file, [...path, 'env_file'])) {
    if (file.startsWith('/')) continue
    yield wrong(
      'ROS_DOC_NOTATION',
      place,
      `${quoted(file)} is no absolute path`,
      'a file of the machine, for instance /etc/app.env',
      'write where the file lies on the machine'
    )
  }
  yield* networks({ service, path })
}

function* networks({ service, path }: Pick<Named, 'service' | 'path'>): Iterable<Finding> {
  const all = Object.entries(service.networks ?? {})
  const mode = service.network_mode === undefined ? 'net' : 'network_mode'
  if (all.length > 0 && service[mode] !== undefined)
    yield {
      ...wrong(
        'ROS_DOC_CONFLICT',
        [...path, 'networks'],
        `cannot be set beside \`${mode}\``,
        `\`networks\` or \`${mode}\``,
        'take one of the two out'
      ),
      at: 'key'
    }
  for (const [name, { ipv4_address, ipv6_address }] of all) {
    for (const [key, address, is] of [
      ['ipv4_address', ipv4_address, (text: string) => isAddress(text) && !text.includes(':')],
      ['ipv6_address', ipv6_address, (text: string) => isAddress(text) && text.includes(':')]
    ] as const) {
      if (address === undefined || is(address)) continue
      yield wrong(
        'ROS_DOC_ADDRESS',
        [...path, 'networks', name, key],
        `${quoted(address)} is no address of ${key === 'ipv4_address' ? 'IPv4' : 'IPv6'}`,
        key === 'ipv4_address' ? 'for instance 172.20.0.10' : 'for instance fd00::10',
        'correct the address'
      )
    }
  }
}
