// All that a network namespace tells of itself, in a form that is the same as long as nobody changed anything.
import type { NetworkMachine } from './network-machine.ts'

/** Between what two commands print. */
const BETWEEN = '-- and'

/** What each of these shell lines prints, its errors too, where the namespace is one of a shell. */
export async function answers(net: NetworkMachine, lines: readonly string[]): Promise<readonly string[]> {
  if (lines.length === 0) return []
  const script = lines.map((line) => `${line} 2>&1`).join(`; echo; echo '${BETWEEN}'; `)
  return (await net.inside(['eval', `${script}; true`])).split(`\n${BETWEEN}\n`).map((text) => text.trim())
}

/** `ip` takes a batch for one family of rules only. */
const WHOLE = [
  "printf 'address show\\nroute show table all\\nrule show\\n' | ip -json -details -batch -",
  'ip -6 -json rule show'
]

/** All that `ip` tells, but for what counts by itself, lists in no order; and what `besides`, shell lines, print. */
async function picture(net: NetworkMachine, besides: readonly string[]): Promise<unknown> {
  const [all = '', rules = '', ...rest] = await answers(net, [...WHOLE, ...besides])
  return {
    ip: `${all}\n${rules}`.split('\n').map((line) => still(JSON.parse(line.trim() || '[]'))),
    besides: rest.map(stillText),
    files: await files(net)
  }
}

/** Files of the machine that kinds of the network write. */
function files(net: NetworkMachine): Promise<readonly (string | null)[]> {
  return Promise.all(['/etc/resolv.conf', '/etc/hosts'].map((path) => net.host.files.read(path)))
}

function stillText(text: string): unknown {
  return text.startsWith('[{') ? still(JSON.parse(text)) : text
}

/** The same right after a pass that changed nothing: where that asked `ip`, it is not asked again. */
export async function pictureAfterPass(net: NetworkMachine, besides: readonly string[]): Promise<unknown> {
  const looked = net.looked()
  if (looked === null) return picture(net, besides)
  const ip = looked.split('\n').map((line) => still(JSON.parse(line.trim() || '[]')))
  return { ip, besides: (await answers(net, besides)).map(stillText), files: await files(net) }
}

/** Counters of the kernel, and how far a port of a bridge or of LACP has come: they differ from one look to the next. */
const COUNTS =
  /_timer$|_life_time$|_count$|^expires$|^(oper)?state$|^mii_status$|^topology_change|^(designated|root|change|config|bridge)_|^ad_(actor_oper|partner_oper|aggregator|info)/

function still(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .filter((one) => !isOfVrfs(one))
      .map(still)
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (COUNTS.test(key) ? [] : [[key, still(one)]]))
  )
}

/** The rule that the kernel makes with the first VRF, and keeps. */
function isOfVrfs(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'l3mdev' in entry
}
