// Networks of many links: how long they take to be planned, made, looked at and taken away, next to one `ip -batch` that somebody wrote by
// hand, below which nothing that starts `ip` can be, and next to netplan.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Bench, median, milliseconds, type Table } from './figures.ts'

const SIZES = [10, 100, 500, 1000]
/** Of small networks; of the largest one. */
const TIMES = { many: 5, few: 3 }
const program = join(import.meta.dirname, 'network-loop.ts')
const exec = promisify(execFile)

export const network: Bench = {
  name: 'network',
  about: 'bridges with a VLAN each: planned, made, found as wanted, taken away, next to ip -batch and netplan',
  root: true,
  async measure(say) {
    const port = await portKind()
    const dir = await mkdtemp(join(tmpdir(), 'rosd-network-'))
    try {
      const rows: string[][] = []
      for (const size of SIZES) {
        say(`${size} bridges`)
        rows.push(...(await measured(size, port, dir)))
      }
      return [table(rows, port)]
    } finally {
      await rm(dir, { recursive: true })
    }
  }
}

/** What a bridge gets as its port here. */
type Port = 'vlan' | 'macvlan'

async function portKind(): Promise<Port> {
  return inNamespace('ip link add name p0 type bridge; ip link add link p0 name v0 type vlan id 5').then(
    () => 'vlan',
    () => 'macvlan'
  )
}

interface Ours {
  readonly links: number
  readonly milliseconds: Readonly<Record<'read' | 'plan' | 'apply' | 'nothing' | 'remove', number>>
}

async function measured(size: number, port: Port, dir: string): Promise<string[][]> {
  const [document, batch, undo, netplan] = [
    join(dir, 'document.yml'),
    join(dir, 'batch'),
    join(dir, 'undo'),
    join(dir, 'plan')
  ]
  await writeFile(document, documentOf(size, port))
  await writeFile(batch, batchOf(size, port))
  await writeFile(undo, undoOf(size))
  await mkdir(join(netplan, 'etc/netplan'), { recursive: true })
  await writeFile(join(netplan, 'etc/netplan/all.yaml'), netplanOf(size), { mode: 0o600 })
  const times = size >= 1000 ? TIMES.few : TIMES.many
  const ours: Ours[] = []
  const theirs: { apply: number; look: number; remove: number }[] = []
  for (let time = 0; time < times; time++) {
    const found = JSON.parse(await inNamespace(`${CARD}; exec ${process.execPath} ${program} ${document}`)) as Ours // printed by our own program
    if (found.links !== 2 * size) throw new Error(`${found.links} links were made, not ${2 * size}`)
    ours.push(found)
    theirs.push(JSON.parse(await inNamespace(`${CARD}; ${byHand(batch, undo)}`)) as (typeof theirs)[number]) // printed by the line itself
  }
  const of = (step: keyof Ours['milliseconds']) => median(ours.map((one) => one.milliseconds[step]))
  const floor = (step: keyof (typeof theirs)[number]) => median(theirs.map((one) => one[step]))
  const [mine, least] = [of('read') + of('apply'), floor('apply') + floor('look')]
  const generate = existsSync('/usr/sbin/netplan') ? await netplanTime(netplan, times) : null
  return [
    [
      String(2 * size),
      ...[of('plan'), mine, of('nothing'), of('remove'), least, floor('remove')].map(milliseconds),
      (mine / least).toFixed(2),
      (of('remove') / floor('remove')).toFixed(2),
      generate === null ? 'not here' : milliseconds(generate)
    ]
  ]
}

function table(rows: readonly string[][], port: Port): Table {
  const what = port === 'vlan' ? 'VLANs' : 'macvlans, for this kernel has no VLANs,'
  return {
    title: `Bridges, each with a port; medians of ${TIMES.many}, of the largest ${TIMES.few}`,
    rows: [
      [
        'links',
        'plan',
        'made and found',
        'nothing to do',
        'removed',
        'ip -batch, and a look',
        'its removal',
        'ratio',
        'of removal',
        'netplan generate'
      ],
      ...rows
    ],
    note: `Ports are ${what} of one card. Made and found: from the text to the pass that finds nothing left to do, with plan, journal and ledger. Netplan only writes files here: to apply them it needs systemd as PID 1.`
  }
}

/** A card whose links they are; both ends up. */
const CARD = 'ip link set lo up; ip link add name card type veth peer name far; ip link set card up; ip link set far up'

function documentOf(size: number, port: Port): string {
  const entries = Array.from({ length: size }, (_, i) => [
    `      br${i}: {bridge: true}`,
    `      p${i}: {bridge: br${i}, ${port === 'vlan' ? `vlan: {id: ${i + 1}, link: card}` : 'macvlan: {link: card}'}}`
  ])
  return ['#cloud-config', 'rancher:', '  network:', '    interfaces:', ...entries.flat(), ''].join('\n')
}

function batchOf(size: number, port: Port): string {
  return Array.from({ length: size }, (_, i) =>
    [
      `link add name br${i} type bridge`,
      `link set dev br${i} up`,
      `link add link card name p${i} type ${port === 'vlan' ? `vlan id ${i + 1}` : 'macvlan mode bridge'}`,
      `link set dev p${i} master br${i} up`,
      ''
    ].join('\n')
  ).join('')
}

function undoOf(size: number): string {
  return Array.from({ length: size }, (_, i) => `link delete dev p${i}\nlink delete dev br${i}\n`).join('')
}

/** netplan knows no macvlans: VLANs in any case. */
function netplanOf(size: number): string {
  const of = (entry: (i: number) => string) => Array.from({ length: size }, (_, i) => `    ${entry(i)}`)
  return [
    'network:',
    '  version: 2',
    '  ethernets: {card: {}}',
    '  vlans:',
    ...of((i) => `p${i}: {id: ${i + 1}, link: card}`),
    '  bridges:',
    ...of((i) => `br${i}: {interfaces: [p${i}]}`),
    ''
  ].join('\n')
}

/** Prints the milliseconds of making, looking and removing as JSON. */
function byHand(batch: string, undo: string): string {
  const now = '$(date +%s%N)'
  return [
    `a=${now}; ip -batch ${batch}; b=${now}`,
    `ip -json -details link show >/dev/null; c=${now}`,
    `ip -batch ${undo}; d=${now}`,
    `echo '{"apply":'$(( (b - a) / 1000000 ))',"look":'$(( (c - b) / 1000000 ))',"remove":'$(( (d - c) / 1000000 ))'}'`
  ].join('; ')
}

async function netplanTime(root: string, times: number): Promise<number> {
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    const began = performance.now()
    await exec('netplan', ['generate', '--root-dir', root])
    took.push(performance.now() - began)
  }
  return median(took)
}

async function inNamespace(line: string): Promise<string> {
  const { stdout } = await exec('unshare', ['--net', 'bash', '-ec', line], { maxBuffer: 1e8 })
  return stdout
}
