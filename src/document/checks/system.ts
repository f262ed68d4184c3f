import { pathOf } from '../../core/sysctl-name.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, guesses, meant, quoted, wrong } from './finding.ts'
import { namesService, serviceNames } from './targets.ts'

const SOURCES: readonly string[] =
  'aliyun azure cloudstack cmdline configdrive digitalocean ec2 exoscale file gce packet proxmox tftp url vmware'.split(
    ' '
  )

/** Kernel parameters and modules, the environment, and what concerns the machine as a whole. */
export function* system(data: CloudConfig): Iterable<Finding> {
  yield* parameters(data)
  yield* modules(data)
  yield* environment(data)
  yield* sources(data)
  yield* services(data)
  const seconds = data.rancher?.shutdown_timeout ?? 0
  if (seconds > 0 && seconds < 5)
    yield {
      ...doubtful(
        'ROS_DOC_RANGE',
        ['rancher', 'shutdown_timeout'],
        `${seconds} s are too few to stop anything; 5 are taken`,
        'at least 5',
        'give more'
      ),
      severity: 'note'
    }
}

function* parameters(data: CloudConfig): Iterable<Finding> {
  for (const name of Object.keys(data.rancher?.sysctl ?? {})) {
    if (pathOf(name) !== null && /[./]/.test(name.trim()) && !/[\s\0]/.test(name.trim())) continue
    yield {
      ...wrong(
        'ROS_DOC_NOTATION',
        ['rancher', 'sysctl', name],
        `${quoted(name)} is no kernel parameter`,
        'names of directories and a file below /proc/sys, for instance net.ipv4.ip_forward',
        'write the whole name; `sysctl -a` lists them'
      ),
      at: 'key'
    }
  }
}

function* modules(data: CloudConfig): Iterable<Finding> {
  for (const [at, entry] of (data.rancher?.modules ?? []).entries()) {
    const [name = ''] = entry.trim().split(/\s+/)
    if (/^[A-Za-z0-9_][\w:.-]*$/.test(name) && !/\.ko(\.\w+)?$/.test(name)) continue
    yield wrong(
      'ROS_DOC_NOTATION',
      ['rancher', 'modules', at],
      name === '' ? 'names no module' : `${quoted(name)} is no name of a module`,
      'a name and its parameters, for instance `nbd nbds_max=16`',
      name.includes('.ko')
        ? `write ${name.replace(/^.*\//, '').replace(/\.ko.*$/, '')}: modules are named without directory and \`.ko\``
        : 'correct the name, or take the element out'
    )
  }
}

function* environment(data: CloudConfig): Iterable<Finding> {
  for (const name of Object.keys(data.rancher?.environment ?? {})) {
    if (name !== '' && !/[\s=\0]/.test(name)) continue
    yield {
      ...doubtful(
        'ROS_DOC_NOTATION',
        ['rancher', 'environment', name],
        `${quoted(name)} is no name that a variable can have`,
        'NAME, or SERVICE/NAME for one service',
        'write the name without spaces and `=`'
      ),
      at: 'key'
    }
  }
}

function* sources(data: CloudConfig): Iterable<Finding> {
  for (const [at, source] of (data.rancher?.cloud_init?.datasources ?? []).entries()) {
    const [name = ''] = source.split(':', 1)
    const path = ['rancher', 'cloud_init', 'datasources', at]
    const argument = source.slice(name.length + 1)
    if (source === '*' || (SOURCES.includes(name) && (argument !== '' || !['file', 'url', 'tftp'].includes(name))))
      continue
    const known = SOURCES.includes(name)
    yield doubtful(
      'ROS_DOC_TARGET',
      path,
      known ? `${quoted(name)} does not say where` : `there is no source ${quoted(name)}${meant(name, SOURCES)}`,
      known ? `${name}:WHERE` : `one of ${SOURCES.join(', ')}`,
      known ? 'add a colon and the place' : 'correct the name'
    )
  }
}

function* services(data: CloudConfig): Iterable<Finding> {
  const guess = guesses(() => serviceNames(data))
  for (const [at, name] of (data.rancher?.restart_services ?? []).entries()) {
    if (namesService(data, name)) continue
    yield doubtful(
      'ROS_DOC_TARGET',
      ['rancher', 'restart_services', at],
      `there is no service ${quoted(name)}${guess(name)}`,
      'the name of a service of the document',
      'correct the name, or take it out'
    )
  }
}
