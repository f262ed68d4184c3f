import { isSystem } from '../../compose/service.ts'
import type { CloudConfig } from '../types.gen.ts'
import { type Finding, wrong } from './finding.ts'
import type { Named } from './services.ts'

/** What User Docker refuses of containers whose users are not the machine's (moby, runconfig and daemon/daemon_unix.go). */
export function* remapped({ rancher }: CloudConfig, services: readonly Named[]): Iterable<Finding> {
  if (rancher?.docker?.userns_enabled !== true) return
  for (const { service, path } of services) {
    if (isSystem(service) || service.userns_mode === 'host') continue
    const net = service.network_mode === undefined ? 'net' : 'network_mode'
    const table = [
      ['privileged', service.privileged === true],
      [net, service[net] === 'host'],
      ['pid', service.pid === 'host'],
      ['ipc', service.ipc === 'host']
    ] as const
    for (const [key, clash] of table) {
      if (!clash) continue
      yield {
        ...wrong(
          'ROS_DOC_CONFLICT',
          [...path, key],
          'cannot be so where root of containers is an unprivileged user, as `rancher.docker.userns_enabled` says',
          `no \`${key}: ${String(service[key])}\`, or the users of the machine`,
          'add `userns_mode: host` to the service, or take it out'
        ),
        at: 'key'
      }
    }
  }
}
