import { isAddress } from '../../core/cidr.ts'
import type { Path } from '../shape.ts'
import type { Service } from '../types.gen.ts'
import { doubtful, type Finding, meant, quoted, wrong } from './finding.ts'
import { each, type Named } from './services.ts'

const NETWORKS = ['bridge', 'host', 'none', 'default']
const MODES = [
  ['net', NETWORKS],
  ['network_mode', NETWORKS],
  ['pid', ['host']],
  ['ipc', ['host', 'none', 'private', 'shareable']],
  ['uts', ['host']],
  ['userns_mode', ['host']]
] as const

/** Namespaces a service shares, and what it may say about them. */
export function* namespaces({ service, path }: Named): Iterable<Finding> {
  for (const [key, modes] of MODES) {
    const mode = service[key]
    if (mode === undefined || mode === '' || modes.some((one: string) => one === mode)) continue
    const shares = !['uts', 'userns_mode'].includes(key)
    if (shares && /^container:[a-zA-Z0-9]/.test(mode)) continue
    // Docker has networks that people make, by any name.
    if (key.startsWith('net') && /^[a-zA-Z0-9][\w.-]*$/.test(mode) && meant(mode, modes) === '') continue
    // What it does not know the engine takes for private, but for that of ipc.
    const taken = key !== 'ipc' && !mode.includes(':')
    yield (taken ? doubtful : wrong)(
      'ROS_DOC_NOTATION',
      [...path, key],
      `${quoted(mode)} is no mode${meant(mode, modes)}`,
      [...modes, ...(shares ? ['container:NAME'] : [])].join(', '),
      'name one of these'
    )
  }
  yield* conflicts(service, path)
  yield* parameters(service, path)
  yield* names(service, path)
}

/** As the engine refuses them (moby, runconfig/errors.go). */
function* conflicts(service: Service, path: Path): Iterable<Finding> {
  const key = service.network_mode === undefined ? 'net' : 'network_mode'
  const mode = service[key] ?? ''
  const shared = mode.startsWith('container:')
  if (!shared && mode !== 'host' && service.uts !== 'host') return
  const net = shared ? 'the network of another container' : 'the network of the machine'
  const has = (key: keyof Service) => {
    const value = service[key]
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== ''
  }
  const table = [
    ['links', shared || mode === 'host'],
    ['mac_address', shared || mode === 'host'],
    ['hostname', shared],
    ['dns', shared],
    ['extra_hosts', shared],
    ['ports', shared],
    ['expose', shared]
  ] as const
  for (const [said, clash] of table) {
    if (!clash || !has(said)) continue
    yield {
      ...wrong(
        'ROS_DOC_CONFLICT',
        [...path, said],
        `cannot be set in ${net}`,
        `no \`${said}\` beside \`${key}: ${mode}\``,
        `take \`${said}\` or \`${key}\` out`
      ),
      at: 'key'
    }
  }
  if (service.uts === 'host' && (has('hostname') || has('domainname')))
    yield {
      ...wrong(
        'ROS_DOC_CONFLICT',
        [...path, has('hostname') ? 'hostname' : 'domainname'],
        'cannot be set with the names of the machine',
        'no `hostname` and `domainname` beside `uts: host`',
        'take it or `uts` out'
      ),
      at: 'key'
    }
}

/** Kernel parameters that a namespace has of its own (runc, libcontainer/configs/validate). */
function* parameters(service: Service, path: Path): Iterable<Finding> {
  const host = (service.network_mode ?? service.net) === 'host'
  for (const name of Object.keys(service.sysctls ?? {})) {
    const network = /^net[./]/.test(name)
    const ipc = /^(kernel[./](msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs[./]mqueue[./].+)$/.test(
      name
    )
    const uts = name === 'kernel.domainname'
    const machine = (network && host) || (ipc && service.ipc === 'host') || (uts && service.uts === 'host')
    if ((network || ipc || uts) && !machine) continue
    yield {
      ...wrong(
        'ROS_DOC_CONFLICT',
        [...path, 'sysctls', name],
        machine
          ? `is the machine's here, not the container's`
          : 'belongs to the machine; no container has it of its own',
        'a parameter that the container has to itself',
        'set it in `rancher.sysctl`'
      ),
      at: 'key'
    }
  }
}

function* names(service: Service, path: Path): Iterable<Finding> {
  for (const [where, entry] of each(service.extra_hosts, [...path, 'extra_hosts'])) {
    const [, name = '', address = ''] = /^([^:]*):(.*)$/.exec(entry) ?? []
    if (name !== '' && (address === 'host-gateway' || isAddress(address.replace(/^\[(.*)\]$/, '$1')))) continue
    yield wrong(
      'ROS_DOC_NOTATION',
      where,
      `${quoted(entry)} is no line of /etc/hosts`,
      'NAME:ADDRESS, for instance db:10.0.0.5',
      'give a name and an address'
    )
  }
  const mac = service.mac_address
  if (
    mac !== undefined &&
    mac !== '' &&
    !/^(([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4})$/i.test(mac)
  )
    yield wrong(
      'ROS_DOC_ADDRESS',
      [...path, 'mac_address'],
      `${quoted(mac)} is no MAC address`,
      'six pairs of hexadecimal digits, for instance 02:42:ac:11:00:02',
      'correct it, or leave it out'
    )
  for (const [where, server] of each(service.dns, [...path, 'dns'])) {
    if (isAddress(server)) continue
    yield doubtful(
      'ROS_DOC_ADDRESS',
      where,
      `${quoted(server)} is no address of a name server`,
      'an address, for instance 9.9.9.9',
      'give the address of the server, not its name'
    )
  }
}
