// Engines beside User Docker, which people create: each in a container of its own, on a network of its own (decision 0033). What
// they are called, where things of theirs lie, and what their containers run. Pure.
import { covers, networkOf, parseCidr, showAddress, showCidr, type Cidr } from './cidr.ts'

/** Labels of the service that one runs in (RancherOS's `io.rancher.user_docker.*`). */
export const CREATED = {
  name: 'io.rancher.user_docker.name',
  /** Its network, address/length. */
  network: 'io.rancher.user_docker.net',
  /** Its address there. */
  address: 'io.rancher.user_docker.fix_ip'
} as const

export interface CreatedEngine {
  readonly name: string
  /** address/length of the network; the machine has its first address. */
  readonly network: string
  readonly address: string
}

/** The name is a part of the machine's end of its link, `dk-NAME`, which has 15 characters at most (IFNAMSIZ). */
const NAME = /^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/
/** Where networks are taken from where nobody says which: the part of 172.16/12 that engines give their own bridges last. */
const POOL = { prefix: '172.30', length: 24 } as const

/** What an engine may be called; null: anything is fine. */
export function nameFault(name: string): string | null {
  return NAME.test(name) ? null : 'a name has at most 12 small letters, digits and dashes, none at either end'
}

/**
 * Of a service with these labels. null: it is no such engine, which is always one of System Docker's; a sentence says what is wrong
 * with them.
 */
export function createdEngine(labels: Readonly<Record<string, unknown>> | undefined): CreatedEngine | string | null {
  if (labels?.[CREATED.name] === undefined || labels['io.rancher.os.scope'] !== 'system') return null
  const [name = '', network = '', address = ''] = Object.values(CREATED).map((label) => textOf(labels[label]))
  const engine = { name, network, address }
  return engineFault(engine) ?? engine
}

/** null: there can be such an engine. */
export function engineFault({ name, network, address }: CreatedEngine): string | null {
  return nameFault(name) ?? networkFault(network) ?? addressFault(network, address)
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** null: an engine can have it for its network. */
export function networkFault(network: string): string | null {
  const cidr = parseCidr(network)
  if (cidr === null || !network.includes('/') || cidr.family !== 4)
    return `'${network}' is no IPv4 network, such as 172.30.5.0/24`
  if (cidr.length < 8 || cidr.length > 30) return `${network} is too ${cidr.length < 8 ? 'large' : 'small'}: /8 to /30`
  return networkOf(cidr).bits === cidr.bits
    ? null
    : `${network} is an address; its network is ${showCidr(networkOf(cidr))}`
}

function addressFault(network: string, address: string): string | null {
  const [net, own] = [parseCidr(network), parseCidr(address)]
  if (net === null || own === null || address.includes('/'))
    return `'${address}' is no address, such as ${second(network)}`
  const last = net.bits + (1n << BigInt(32 - net.length)) - 1n
  if (!covers(net, own)) return `${address} is not in the network ${network}`
  if (own.bits === net.bits + 1n) return `${address} is the machine's own address in ${network}`
  return own.bits === net.bits || own.bits === last
    ? `${address} is no address of a single machine in ${network}`
    : null
}

/** What the engine gets where nobody says which; its network has been checked. */
export function second(network: string): string {
  return showAddress(at(network, 2n))
}

function at(network: string, offset: bigint): Cidr {
  const { bits, ...cidr } = parseCidr(network) ?? { family: 4, bits: 0n, length: 32 }
  return { ...cidr, bits: bits + offset }
}

/** A network that none of `taken` (address/length each) touches; null: there is none left. */
export function freeNetwork(taken: readonly string[]): string | null {
  const others = taken.flatMap((text) => parseCidr(text) ?? [])
  for (let third = 0; third < 256; third += 1) {
    const text = `${POOL.prefix}.${third}.0/${POOL.length}`
    const cidr = parseCidr(text)
    if (cidr !== null && !others.some((other) => overlap(cidr, other))) return text
  }
  return null
}

/** The first of `taken` that shares addresses with the network; a default route does not count. */
export function overlapping(network: string, taken: readonly string[]): string | null {
  const cidr = parseCidr(network)
  return taken.find((text) => cidr !== null && overlap(cidr, parseCidr(text) ?? { ...cidr, length: 0 })) ?? null
}

function overlap(one: Cidr, other: Cidr): boolean {
  return other.length > 0 && (covers(one, other) || covers(other, one))
}

export const serviceOf = (name: string): string => `docker-${name}`
/** RancherOS's directory for them. */
export const DATA_ROOT = '/var/lib/m-user-docker'
export const dataOf = (name: string): string => `${DATA_ROOT}/${name}`
/** What its container runs. */
export const SCRIPT = '/usr/lib/rosd/services/docker-created'
const SOCKETS = '/run/m-user-docker'
export const socketOf = (name: string): string => `${SOCKETS}/${name}.sock`
/** In the search path of every console. */
export const wrapperOf = (name: string): string => `/opt/bin/docker-${name}`

export function wrapperText(name: string): string {
  return `#!/bin/sh\n# Written by rosd: docker, for the engine ${name}.\nexec docker -H unix://${socketOf(name)} "$@"\n`
}

/** What the service's script gets (rootfs/usr/lib/rosd/services/docker-created), before what the definition says. */
export function scriptArguments({ name, network, address }: CreatedEngine): readonly string[] {
  const [, length] = network.split('/')
  return [
    name,
    `${address}/${length}`,
    showAddress(at(network, 1n)),
    `--host=unix://${socketOf(name)}`,
    '--group=docker',
    '--userland-proxy=false',
    '--exec-opt=native.cgroupdriver=cgroupfs'
  ]
}

/** The parts of an engine's definition that are its own. */
export interface EngineImage {
  readonly image: string
  /** False: the image is a skeleton, and the machine's /usr is mounted in it. */
  readonly ownUsr: boolean
}

/** A service, by the names of the document. */
export interface Definition extends Readonly<Record<string, unknown>> {
  readonly labels: Readonly<Record<string, string>>
}

/** The definition of the service, as the document gets it. */
export function definitionOf(engine: CreatedEngine, { image, ownUsr }: EngineImage): Definition {
  const { name, network, address } = engine
  return {
    image,
    entrypoint: [SCRIPT],
    environment: ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'],
    labels: {
      'io.rancher.os.scope': 'system',
      'io.rancher.os.after': 'docker',
      [CREATED.name]: name,
      [CREATED.network]: network,
      [CREATED.address]: address
    },
    // the machine's, for its end of the link; the engine has a network of its own
    net: 'host',
    cgroup: 'private',
    privileged: true,
    restart: 'always',
    stop_grace_period: '30s',
    tmpfs: ['/run', '/etc/docker'],
    volumes: [
      '/etc:/etc',
      ...(ownUsr ? ['/usr/lib/rosd/services:/usr/lib/rosd/services:ro'] : ['/usr:/usr:ro']),
      '/usr/lib/modules:/lib/modules:ro',
      `${SOCKETS}:${SOCKETS}`,
      `${dataOf(name)}:/var/lib/docker`
    ]
  }
}
