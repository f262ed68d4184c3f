// How dhcpcd is told what an interface wants of it: arguments, and lines of dhcpcd.conf(5) for what no argument says. Pure.
import { words } from '../../compose/values.ts'
import type { Seen, Spec } from '../../core/resource.ts'
import type { NetworkInterface } from '../../document/types.gen.ts'

/** RancherOS's: do not wait for address conflicts to show, IPv4 only; its `-M` see `alone`. */
const STANDARD = ['-A4']
/** Routes a lease may bring beside the default ones. */
const ROUTES = 'static_routes,classless_static_routes,ms_classless_static_routes'

/** For one interface; `dhcp_args` come first, so the document's other keys count where both speak. */
export function clientOf(dev: string, entry: NetworkInterface): Pick<Spec<'dhcp'>, 'args' | 'config' | 'broken'> {
  const { args, broken } = split(entry.dhcp_args, standard(entry))
  // Else a client without a lease makes up an address; -A leaves that out by itself.
  const quiet = entry.ipv4ll === true || args.some((arg) => /^-[a-zA-Z0-9]*A/.test(arg)) ? [] : ['--noipv4ll']
  return { args: [...args, ...quiet, ...options(entry)], config: configOf(dev, entry), broken }
}

/** Whether a client asks for a family, as far as its own arguments tell. */
export function asks({ args, config }: Pick<Spec<'dhcp'>, 'args' | 'config'>, family: 4 | 6): boolean {
  return family === 6 ? config.length > 0 : !args.some((arg) => /^-(A?6|6A)$/.test(arg) || arg === '--ipv6only')
}

function split(
  line: string | undefined,
  otherwise: readonly string[]
): { readonly args: readonly string[]; readonly broken: string | null } {
  try {
    const args = words(line ?? '').flatMap(alone)
    return { args: args.length > 0 ? args : otherwise, broken: null }
  } catch (cause) {
    return { args: [], broken: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** Whether a client is to ask for less than the one before it: a family, an address or a prefix. */
export function less(from: Pick<Seen<'dhcp'>, 'args' | 'config'>, to: Spec<'dhcp'>): boolean {
  const before = { args: from.args ?? [], config: from.config }
  return before.config.some((line) => !to.config.includes(line)) || (asks(before, 4) && !asks(to, 4))
}

/** Whether a client is to make no routes where the one before it did, which leaves them behind (`persistent`). */
export function unroutes(before: readonly string[], { args }: Spec<'dhcp'>): boolean {
  return args.includes('--nogateway') && !before.includes('--nogateway')
}

/** The families a link asks for, where `dhcp_args` do not say. */
function standard({ dhcp, dhcp6, prefix_delegation, ipv4ll }: NetworkInterface): readonly string[] {
  const six = dhcp6 === true || prefix_delegation !== undefined
  // An address of the link alone is tried by ARP, which -A leaves out; without DHCP it is all that is asked for.
  if (ipv4ll === true) return [...(six ? [] : ['-4']), ...(dhcp === true ? [] : ['--nodhcp'])]
  if (!six) return STANDARD
  return [dhcp === true ? '-A' : '-A6']
}

/** dhcpcd takes an empty client id for the hardware address, and an empty host name for none. */
function options({
  metric,
  dhcp_client_id: id,
  dhcp_hostname: name,
  dhcp_use: use
}: NetworkInterface): readonly string[] {
  const client = id === undefined ? [] : id === 'duid' ? ['--duid'] : [`--clientid=${id === 'mac' ? '' : id}`]
  return [
    ...(metric === undefined ? [] : ['--metric', String(metric)]),
    ...client,
    ...(name === undefined || name === 'true' ? [] : [`--hostname=${name === 'false' ? '' : name}`]),
    ...(use?.routes === false ? ['--nogateway', '--nooption', ROUTES] : [])
  ]
}

/**
 * DHCPv6 in words of dhcpcd.conf(5), which alone has them: an address, a prefix, or both. Routers are not asked
 * (`noipv6rs`): their advertisements stay the kernel's, and DHCPv6 begins without one.
 */
function configOf(dev: string, { dhcp6, prefix_delegation: delegation }: NetworkInterface): readonly string[] {
  if (dhcp6 !== true && delegation === undefined) return []
  const networks = Object.entries(delegation?.to ?? {}).map(
    ([name, { id = 0, prefix = 64 }]) => ` ${name}/${id}/${prefix}`
  )
  return [
    `interface ${dev}`,
    'noipv6rs',
    ...(dhcp6 === true ? ['ia_na 1'] : []),
    ...(delegation === undefined ? [] : [`ia_pd 2/::/${delegation.prefix ?? 56}${networks.join('')}`])
  ]
}

/**
 * Without -M: with it the first client becomes dhcpcd's manager, for its own link and for those of all later calls, whose
 * arguments then count for nothing. Here each link has a client of its own.
 */
function alone(arg: string): readonly string[] {
  if (arg === '-M' || arg === '--manager' || arg === '--master') return []
  return [arg.replace(/^-M(?=[A-Za-z0-9])/, '-')]
}
