// `ros service restart network`: everything of the network looked at anew and tried again, hooks run once more, leases extended.
// What is as wanted is not dropped: no link goes down and no lease is given back.
import { clientFiles, DHCP_PIDS } from '../core/dhcp-clients.ts'
import { recordPath } from '../core/command-record.ts'
import { asRosError } from '../core/errors.ts'
import { type Key, kindOf, nameOf } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'

const CONTAINER = 'network'
const PROGRAM = '/usr/sbin/dhcpcd'
/** Forgets that hooks have run and asks DHCP clients for their leases anew; a look then does the rest. */
export async function restartNetwork(host: Host, wanted: Iterable<Key>): Promise<void> {
  const pids = await host.files.list(DHCP_PIDS)
  for (const key of wanted) {
    if (kindOf(key) === 'hook') await host.files.remove(recordPath(nameOf(key)))
    if (kindOf(key) === 'dhcp') await renew(host, nameOf(key), pids)
  }
}

async function renew(host: Host, dev: string, pids: readonly string[]): Promise<void> {
  for (const { family } of clientFiles(dev, pids)) {
    try {
      await host.docker.system.exec(CONTAINER, [PROGRAM, ...family, '--renew', dev])
    } catch (thrown) {
      // A client that has ended is started by the look.
      host.log('warn', { link: dev, error: asRosError(thrown).message }, 'a DHCP client could not be asked to renew')
    }
  }
}
