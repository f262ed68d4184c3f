// The time servers that DHCP servers name, as the service `ntp` reads them. Pure.
import type { Desired } from './kind.ts'
import { leased } from './leased.ts'
import { type SystemFile, systemFile } from './system-files.ts'

const OWN = '/etc/ntp.conf'
const FILE = '/run/ros/ntp.conf'
const NTP = 'ntp'

/**
 * A file that the service reads in place of the image's /etc/ntp.conf: every lease's servers, each once. None where no lease
 * names any that counts (`dhcp_use.ntp`), and none where the document writes /etc/ntp.conf itself.
 */
export function timeServers(desired: Desired): readonly SystemFile[] {
  if ((desired.data.write_files ?? []).some(({ path }) => path === OWN)) return []
  const named = leased(desired).filter(({ use, words }) => use.ntp !== false && (words.ntp ?? []).length > 0)
  const [first] = named
  if (first === undefined) return []
  const servers = new Set(named.flatMap(({ words }) => words.ntp ?? []))
  const text = [...servers].map((server) => `server ${server}\n`).join('')
  return [systemFile(FILE, text, 0o644, [...first.path, 'ntp'], { container: NTP, by: 'restart' })]
}
