// rancher.force_console_rebuild: the console is made anew, once, and the key goes back to false by itself (RancherOS had it so).
import { distinctUntilChanged, filter, map, type Subscription } from 'rxjs'
import type { ConfigFiles } from '../api/config-files.ts'
import { agentSettings } from '../core/agent-settings.ts'
import { asRosError } from '../core/errors.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Files } from '../host/ports.ts'
import type { Events } from './events.ts'
import type { Store } from './store.ts'

/** How often that was; part of what a console is made of, so that each time it is another. */
const FILE = '/var/lib/rancher/state/console-rebuilds'
/**
 * What was asked for in this boot and is not taken back: the count it has, and `stays` where a layer above the user's file keeps
 * asking. An agent that starts anew does not take that for another wish; the boot forgets it.
 */
const MARK = '/run/ros/console-rebuilds'

export interface ConsoleRebuilds {
  count(): number
  /** To be called when the loop starts. */
  follow(parts: FollowParts): Subscription
}

interface FollowParts {
  readonly store: Store
  readonly events: Pick<Events, 'add'>
  readonly config: Pick<ConfigFiles, 'change' | 'get'>
  /** The document in force. */
  readonly data: () => CloudConfig
  /** Called when the count has changed. */
  readonly tick: () => void
}

const KEY = ['rancher', 'force_console_rebuild'] as const

export async function openConsoleRebuilds(
  files: Pick<Files, 'read' | 'writeAtomic' | 'remove'>
): Promise<ConsoleRebuilds> {
  let count = Number(await files.read(FILE)) || 0

  let last: Promise<unknown> = Promise.resolve()

  const rebuild = async ({ config, events, tick }: FollowParts) => {
    const [marked = '', stays] = ((await files.read(MARK)) ?? '').trim().split(' ')
    if (stays !== undefined) return
    const next = Number(marked) || count + 1
    // Counted first: an agent that ends in between goes on from here, and neither forgets it nor does it twice.
    if (marked === '') await files.writeAtomic(MARK, `${next}\n`)
    if (count < next) {
      await files.writeAtomic(FILE, `${next}\n`)
      count = next
      tick()
      events.add({ type: 'Normal', reason: 'ConsoleRebuilt', message: 'the console is made anew, as asked', key: null })
    }
    const by = { how: 'api', who: 'the agent', why: 'the console is made anew', confirm: 0 } as const
    await config.change({ by: 'settings', settings: [{ path: [...KEY], value: false }] }, null, by)
    const { value, place } = await config.get(KEY.join('.'))
    if (value !== true) return files.remove(MARK)
    await files.writeAtomic(MARK, `${next} stays\n`)
    const message = `${KEY.join('.')} stays true, for ${place} says so; the console is made anew at each boot`
    events.add({ type: 'Warning', reason: 'ConsoleRebuilt', message, key: null })
  }

  return {
    count: () => count,
    follow: (parts) =>
      parts.store.changes
        .pipe(
          map(({ observedGeneration }) => observedGeneration),
          distinctUntilChanged(),
          // Before the first one nobody has said anything yet.
          filter((observed) => observed > 0),
          map(() => agentSettings(parts.data()).rebuildConsole),
          distinctUntilChanged()
        )
        .subscribe((asked) => {
          last = last
            .then(() => (asked ? rebuild(parts) : files.remove(MARK)))
            .catch((thrown: unknown) => {
              const message = `the console is not made anew: ${asRosError(thrown).message}`
              parts.events.add({ type: 'Warning', reason: 'ConsoleNotRebuilt', message, key: null })
            })
        })
  }
}
