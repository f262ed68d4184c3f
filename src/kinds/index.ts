// The registry: every kind there is, in no particular order.
import type { KindDef } from '../core/kind.ts'
import type { Registry } from '../core/plan.ts'
import type { Kind } from '../core/resource.ts'
import { address } from './address.ts'
import { bridgeVlan } from './bridge-vlan.ts'
import { command } from './command.ts'
import { container } from './container.ts'
import { dhcp } from './dhcp.ts'
import { engine } from './engine.ts'
import { ethtool } from './ethtool.ts'
import { file } from './file.ts'
import { firewall } from './firewall.ts'
import { hook } from './hook.ts'
import { hostname } from './hostname.ts'
import { hosts } from './hosts.ts'
import { image } from './image.ts'
import { link } from './link.ts'
import { module } from './module.ts'
import { mount } from './mount.ts'
import { preload } from './preload.ts'
import { probe } from './probe.ts'
import { resolver } from './resolver.ts'
import { route } from './route.ts'
import { rule } from './rule.ts'
import { sshKey } from './ssh-key.ts'
import { swap } from './swap.ts'
import { sysctl } from './sysctl.ts'
import { wifi } from './wifi.ts'
import { wireguard } from './wireguard.ts'

/** One entry for every kind of the Kinds table; the compiler sees to it. */
const ALL: { readonly [K in Kind]: KindDef<K> } = {
  address,
  'bridge-vlan': bridgeVlan,
  command,
  container,
  dhcp,
  engine,
  ethtool,
  file,
  firewall,
  hook,
  hostname,
  hosts,
  image,
  link,
  module,
  mount,
  preload,
  probe,
  resolver,
  route,
  rule,
  'ssh-key': sshKey,
  swap,
  sysctl,
  wifi,
  wireguard
}

// A registry is asked with keys of any kind; each definition is only ever given its own.
export const kinds: Registry = new Map(Object.values(ALL).map((def) => [def.kind, def as unknown as KindDef]))
