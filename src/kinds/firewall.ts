// rancher.network.firewall: one nftables table, `inet rosd`. nft prints a table in its own words, so what it printed right after
// a table was loaded is kept beside the text that was loaded: any other print is somebody else's change.
import { EMPTY } from 'rxjs'
import { asRosError, RosError } from '../core/errors.ts'
import { firewallText, TABLE, transaction } from '../core/firewall.ts'
import type { FieldChange } from '../core/action.ts'
import type { KindDef } from '../core/kind.ts'
import { moduleName } from '../core/modules.ts'
import type { Key, Seen } from '../core/resource.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'

const KEY: Key<'firewall'> = 'firewall/machine'
/** It dies with the boot, as the table does. */
const NOTE = '/run/ros/firewall.json'
/** `-s` leaves counters out. */
const LIST = ['nft', '-s', 'list', 'table', ...TABLE.split(' ')]

type Note = NonNullable<Seen<'firewall'>['loaded']>

export const firewall: KindDef<'firewall'> = {
  kind: 'firewall',
  resync: 60_000,
  deadline: 30_000,

  *want({ data, from }) {
    const text = firewallText(data.rancher?.network?.firewall)
    if (text === null) return
    yield { key: KEY, spec: { text }, needs: modules(data), from: from(['rancher', 'network', 'firewall']) }
  },

  judge(want, seen, owned) {
    if (want === null) return seen === null || owned === null ? null : { verb: 'delete', why: 'no longer wanted' }
    if (seen === null) return { verb: 'create', why: `there is no table ${TABLE}` }
    const { loaded, printed } = seen
    if (loaded === null) return { verb: 'update', why: `who filled the table ${TABLE} is not known` }
    if (loaded.text !== want.spec.text) return { verb: 'update', why: summary(changes(loaded.text, want.spec.text)) }
    if (loaded.printed === printed) return null
    return { verb: 'update', why: `changed by hand: ${summary(changes(loaded.printed, printed))}` }
  },

  disturbs: () => ({ is: 'nothing', what: '' }),

  // Line by line: what goes, and what comes.
  fields({ from, to }) {
    const loaded = from?.loaded ?? null
    if (from === null || loaded === null || to === null || loaded.text !== to.text)
      return changes(loaded?.text ?? '', to?.text ?? '').map(asField)
    return changes(from.printed, loaded.printed).map(asField)
  },

  show: ({ printed }) => ({ rules: printed.split('\n').map((line) => line.replaceAll('\t', '  ')) }),

  watch: (host) => host.kernel.firewall ?? EMPTY,

  async observe(host, keys) {
    if (!keys.includes(KEY)) return new Map()
    const [{ code, stdout, stderr }, note] = await Promise.all([
      host.runner.run(LIST, { check: false }),
      host.files.read(NOTE)
    ])
    if (code === 0) return new Map([[KEY, { printed: stdout, loaded: noted(note) }]])
    if (/No such file or directory/.test(stderr)) return new Map()
    throw new RosError('ROS_FIREWALL', `the table ${TABLE} can not be read: ${stderr.trim()}`)
  },

  async act(host, { to }, signal) {
    const text = to?.text ?? null
    if (text !== null) await load(host, transaction(text), signal, '-c')
    await load(host, transaction(text), signal)
    if (text === null) {
      await host.files.remove(NOTE)
      return
    }
    const { stdout: printed } = await host.runner.run(LIST, { signal })
    await host.files.writeAtomic(NOTE, JSON.stringify({ text, printed } satisfies Note))
  }
}

/** All of it or nothing: one transaction of the kernel. With `-c` the kernel says what it thinks of it, and nothing is changed. */
async function load(host: Host, input: string, signal: AbortSignal, ...options: readonly string[]): Promise<void> {
  const { code, stderr } = await host.runner
    .run(['nft', ...options, '-f', '-'], { input, signal, check: false })
    .catch((cause: unknown) => {
      throw asRosError(cause, 'ROS_FIREWALL', 'the firewall could not be loaded')
    })
  if (code === 0) return
  const said = stderr.replaceAll(/^\/dev\/stdin:[\d:-]*\s*/gm, '').trim()
  throw new RosError('ROS_FIREWALL', `nft refuses the firewall, and nothing was changed: ${said}`)
}

/** Modules of netfilter that the document lists are there first; others the kernel loads by itself. */
function modules(data: CloudConfig): readonly Key[] {
  const names = (data.rancher?.modules ?? []).map(moduleName)
  return names.filter((name) => /^(nf|nft)_/.test(name)).map((name): Key => `module/${name}`)
}

function noted(text: string | null): Note | null {
  try {
    const note = JSON.parse(text ?? 'null') as Note | null // ours; what else may stand there is looked at below
    return typeof note?.text === 'string' && typeof note.printed === 'string' ? note : null
  } catch {
    return null
  }
}

interface Line {
  /** The chain or set it stands in; empty for the table itself. */
  readonly within: string
  readonly text: string
}

interface Change extends Line {
  readonly is: 'gone' | 'come'
}

/** Lines that only one of two tables has, each with the chain or set it stands in; a mere other order is told by all that moved. */
function changes(before: string, after: string): readonly Change[] {
  const [old, fresh] = [lines(before), lines(after)]
  const lacks = (from: readonly Line[], what: readonly Line[]) => {
    const left = new Map<string, number>()
    for (const one of from) left.set(id(one), (left.get(id(one)) ?? 0) + 1)
    return what.filter((one) => {
      const count = left.get(id(one)) ?? 0
      left.set(id(one), count - 1)
      return count <= 0
    })
  }
  const gone = lacks(fresh, old).map((one): Change => ({ ...one, is: 'gone' }))
  const come = lacks(old, fresh).map((one): Change => ({ ...one, is: 'come' }))
  if (gone.length + come.length > 0 || before === after) return [...gone, ...come]
  return old.flatMap((one, at): readonly Change[] => {
    const now = fresh[at]
    return now === undefined || id(one) === id(now)
      ? []
      : [
          { ...one, is: 'gone' },
          { ...now, is: 'come' }
        ]
  })
}

function lines(text: string): readonly Line[] {
  let within = ''
  return text.split('\n').flatMap((raw): readonly Line[] => {
    const line = raw.trim()
    if (line === '' || line === '}' || line.startsWith('table ')) return []
    if (!/^(chain|set) .*\{$/.test(line)) return [{ within, text: line }]
    within = line.slice(0, -2)
    return [{ within: '', text: within }]
  })
}

function id({ within, text }: Line): string {
  return `${within}: ${text}`
}

function asField({ is, within, text }: Change): FieldChange {
  return { field: within === '' ? TABLE : within, [is === 'gone' ? 'from' : 'to']: text }
}

/** `chain input: - tcp dport 22 accept, the first of 2 lines`. */
function summary(all: readonly Change[]): string {
  const [first] = all
  if (first === undefined) return 'the order of its parts'
  const where = first.within === '' ? '' : `${first.within}: `
  const more = all.length === 1 ? '' : `, the first of ${all.length} lines`
  return `${where}${first.is === 'gone' ? '-' : '+'} ${first.text}${more}`
}
