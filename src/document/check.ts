import { addresses, networkAddresses } from './checks/addresses.ts'
import { cron } from './checks/cron.ts'
import { cycles } from './checks/cycles.ts'
import { dhcp } from './checks/dhcp.ts'
import { engines } from './checks/engines.ts'
import type { Finding } from './checks/finding.ts'
import { firewall } from './checks/firewall.ts'
import { gateways } from './checks/gateways.ts'
import { hooks } from './checks/hooks.ts'
import { imageReferences } from './checks/image-reference.ts'
import { hosts } from './checks/hosts.ts'
import { interfacesOf, selectors } from './checks/interfaces.ts'
import { limits } from './checks/limits.ts'
import { links } from './checks/links.ts'
import { remapped } from './checks/remapped.ts'
import { repositories } from './checks/repositories.ts'
import { registries } from './checks/registries.ts'
import { rules } from './checks/rules.ts'
import { modems } from './checks/modems.ts'
import { madeLinks } from './checks/made-links.ts'
import { mounts } from './checks/mounts.ts'
import { nameServers } from './checks/name-servers.ts'
import { namespaces } from './checks/namespaces.ts'
import { engineTls } from './checks/engine-tls.ts'
import { logging } from './checks/logging.ts'
import { pem } from './checks/pem.ts'
import { ports } from './checks/ports.ts'
import { probes } from './checks/probes.ts'
import { readiness } from './checks/readiness.ts'
import { process } from './checks/process.ts'
import { filledServices, images, lenient, type Named, servicesOf } from './checks/services.ts'
import { sources } from './checks/sources.ts'
import { authorizedKeys } from './checks/ssh-keys.ts'
import { storage } from './checks/storage.ts'
import { system } from './checks/system.ts'
import { targets } from './checks/targets.ts'
import { vlans } from './checks/vlans.ts'
import { wifi } from './checks/wifi.ts'
import { writeFiles } from './checks/write-files.ts'
import type { CloudConfig } from './types.gen.ts'

export type { Finding } from './checks/finding.ts'

const OF_DOCUMENT: readonly ((data: CloudConfig) => Iterable<Finding>)[] = [
  cycles,
  interfaces,
  hooks,
  networkAddresses,
  firewall,
  hosts,
  mounts,
  writeFiles,
  authorizedKeys,
  pem,
  engineTls,
  logging,
  engines,
  repositories,
  registries,
  probes,
  system
]
type OfService = (named: Named) => Iterable<Finding>

/** By the keys of a service that they look at: most services have few of them. */
const OF_KEYS: ReadonlyMap<string, OfService> = new Map(
  Object.entries({
    'command entrypoint healthcheck environment user stop_signal cap_add cap_drop': process,
    'mem_limit mem_reservation memswap_limit shm_size deploy stop_grace_period cpus cpuset ulimits': limits,
    'net network_mode pid ipc uts userns_mode sysctls extra_hosts mac_address dns': namespaces,
    'volumes tmpfs devices': storage,
    'build dockerfile env_file networks': sources,
    labels: cron
  }).flatMap(([keys, one]) => keys.split(' ').map((key) => [key, one] as const))
)

/** More findings than this help nobody. */
const MOST = 200

/** What the schema cannot say: what takes more than one place of the document to see, and notations that are no pattern. */
export function* check(data: CloudConfig): Generator<Finding> {
  let told = 0
  let errors = 0
  let warnings = 0
  for (const finding of findings(data)) {
    if (told++ < MOST) yield finding
    else if ((finding.severity ?? 'error') === 'error') errors++
    else warnings++
  }
  if (errors + warnings === 0) return
  yield {
    path: [],
    code: 'ROS_DOC_MORE',
    severity: errors > 0 ? 'error' : 'warning',
    message: `${errors + warnings} more problems are not told`,
    expected: 'a document with fewer of them',
    fix: 'mend those above and look again'
  }
}

function* findings(data: CloudConfig): Iterable<Finding> {
  const services = servicesOf(data)
  yield* images(data, services)
  yield* targets(data, services)
  yield* readiness(data, services)
  yield* lenient(ofServices(data, filledServices(data)), data)
  for (const one of OF_DOCUMENT) yield* one(data)
}

/** What is wrong with services as the engines get them. */
function* ofServices(data: CloudConfig, filled: readonly Named[]): Iterable<Finding> {
  yield* imageReferences(filled)
  yield* ports(data, filled)
  yield* remapped(data, filled)
  for (const named of filled) {
    const due = new Set<OfService>()
    for (const key of Object.keys(named.service)) {
      const one = OF_KEYS.get(key)
      if (one !== undefined) due.add(one)
    }
    for (const one of due) yield* one(named)
  }
}

function* interfaces(data: CloudConfig): Iterable<Finding> {
  const all = interfacesOf(data)
  for (const one of [selectors, addresses, vlans, madeLinks, dhcp]) yield* one(all)
  yield* gateways(all, data.rancher?.network?.routes)
  yield* links(all)
  yield* wifi(all, data.rancher?.network?.wifi_networks)
  yield* modems(data.rancher?.network?.modem_networks)
  yield* rules(data)
  yield* nameServers(all, data)
}
