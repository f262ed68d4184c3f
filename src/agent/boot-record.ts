// What this boot began with, as far as it holds until the next one. It lies in /run: an agent that starts anew finds it, a
// reboot forgets it.
import { recordPath } from '../core/command-record.ts'
import { asRosError } from '../core/errors.ts'
import { type Standing, standingOf } from '../core/standing.ts'
import { type Leaves, leavesOf, type Pending, withModules } from '../document/pending.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import type { Accepted } from './ticks.ts'

const FILE = '/run/ros/boot.json'
const LISTS = ['bootcmd', 'runcmd'] as const

interface Began {
  readonly leaves: Leaves
  readonly standing: Standing
}

export interface BootRecord {
  /** What the engines stand on; undefined before the first document. */
  standing(): Standing | undefined
  /** What of an accepted document waits for a reboot. The first one of a boot is what it began with. */
  compare(document: Pick<Accepted, 'data' | 'pending'>): Promise<readonly Pending[]>
}

/** A record that can not be written is told in the log, and is lost with this run of the agent only. */
export async function openBootRecord(host: Pick<Host, 'files' | 'log'>): Promise<BootRecord> {
  let began = parse(await host.files.read(FILE))
  const keep = async (path: string, value: unknown) => {
    try {
      await host.files.writeAtomic(path, JSON.stringify(value), { mode: 0o600 })
    } catch (thrown) {
      host.log('warn', { path, error: asRosError(thrown).message }, 'what the boot began with could not be kept')
    }
  }
  return {
    standing: () => began?.standing,
    async compare({ data, pending }) {
      const first = began === null
      const before = began ?? { leaves: leavesOf(data), standing: standingOf(data) }
      if (first) for (const name of turnsOver(data)) await keep(recordPath(name), { state: 'done', message: 'none' })
      const leaves = withModules(before.leaves, data)
      if (first || leaves !== before.leaves) await keep(FILE, { ...before, leaves })
      began = { ...before, leaves }
      return pending(leaves)
    }
  }
}

/** Lists of commands this boot has none of: one that comes later waits for the next, as any other change of it does. */
function turnsOver(data: CloudConfig): readonly string[] {
  return LISTS.filter((name) => (data[name] ?? []).length === 0)
}

function parse(text: string | null): Began | null {
  try {
    const { leaves, standing }: Partial<Began> = JSON.parse(text ?? '{}')
    return leaves === undefined || standing === undefined ? null : { leaves, standing }
  } catch {
    return null
  }
}
