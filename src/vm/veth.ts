import { must, run } from './run.ts'

/** A cable between this host and a machine: two addresses of a /30 network of its own. */
export interface Veth {
  /** Its name on the host; the other end is eth0 in the machine. */
  readonly name: string
  readonly host: string
  readonly guest: string
  readonly prefix: number
}

interface Route {
  readonly dst?: string
  readonly dev?: string
}

const prefix = 30
const cables = 2 ** 14
const octets = Array.from({ length: 32 }, (_, i) => 213 + i)

/**
 * The `index`th /30 of 10.B.0.0/16. The link's name holds the index, so that two machines started at once cannot have
 * the same one: the kernel refuses a name that is taken.
 */
export function cable(index: number, octet: number): Veth {
  const at = index % cables
  const [high, low] = [at >> 6, (at & 63) << 2]
  const net = `10.${octet}.${high}`
  return { name: `rosd${octet}n${at}`, host: `${net}.${low + 1}`, guest: `${net}.${low + 2}`, prefix }
}

/** The first second byte of 10.B.0.0/16 that no route of this host touches, ours aside. */
export function freeOctet(routes: readonly Route[]): number {
  const foreign = routes.filter(({ dev }) => !/^rosd\d+n/.test(dev ?? '')).map(({ dst }) => dst ?? '')
  const free = octets.find((octet) => !foreign.some((dst) => dst.startsWith(`10.${octet}.`)))
  if (free !== undefined) return free
  throw new Error(
    `this host has routes to all of 10.${octets[0]}.0.0 to 10.${octets.at(-1)}.0.0: none is left for a machine`
  )
}

/** Picks a cable nobody has, lays it into the network namespace of a process and brings the host's end up. */
export async function layCable(pid: number): Promise<Veth> {
  const octet = freeOctet(JSON.parse(await must(['ip', '-j', '-4', 'route', 'show'])) as Route[])
  const first = Math.floor(Math.random() * cables)
  for (let i = 0; i < 64; i++) {
    const veth = cable(first + i, octet)
    if (await plug(veth, pid)) return veth
  }
  throw new Error('no free network between this host and a machine: remove left-over links named rosd...')
}

/** The same cable again, after the machine's first network namespace is gone. */
export async function relayCable(veth: Veth, pid: number): Promise<void> {
  await cutCable(veth)
  if (!(await plug(veth, pid))) throw new Error(`the link ${veth.name} was taken while the machine rebooted`)
}

/** The kernel removes both ends with the namespace, some time later; this does it now. */
export async function cutCable(veth: Veth): Promise<void> {
  await run(['ip', 'link', 'delete', veth.name])
}

/** False when the name is taken. */
async function plug(veth: Veth, pid: number): Promise<boolean> {
  const argv = ['ip', 'link', 'add', veth.name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)]
  const { code, stderr } = await run(argv)
  if (code !== 0 && /File exists/.test(stderr)) return false
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr.trim()}`)
  await must(['ip', 'address', 'add', `${veth.host}/${veth.prefix}`, 'dev', veth.name])
  await must(['ip', 'link', 'set', veth.name, 'up'])
  return true
}
