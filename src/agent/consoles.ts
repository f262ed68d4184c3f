// The consoles people can choose, which one they are in, and choosing another, at once or for the next boot.
import { filter, firstValueFrom, takeUntil, timer } from 'rxjs'
import type { Changed, ConfigFiles } from '../api/config-files.ts'
import type { Edit } from '../api/edits.ts'
import { Refusal } from '../api/refusal.ts'
import { chosenConsole, consoleOf, CONSOLE_LABEL, DEFAULT_CONSOLE, isImageName } from '../compose/console.ts'
import { keyOf } from '../compose/project.ts'
import type { Author } from '../core/author.ts'
import { ifAnswers } from '../core/engine-answer.ts'
import type { HeldConsole } from '../core/held-console.ts'
import { CONSOLE } from '../core/write-files.ts'
import { suggest } from '../document/suggest.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Docker } from '../host/ports.ts'
import type { Hold } from './hold.ts'
import { imageAfter } from './stage.ts'
import type { Store } from './store.ts'

export interface Console {
  readonly name: string
  /** `current`: people are in it. `enabled`: the document says so, and the next boot brings it. */
  readonly state: 'current' | 'enabled' | 'disabled'
}

/** A name nobody has rejects with a Refusal of code ROS_API_NO_CONSOLE. */
export interface Consoles {
  /** By name. */
  list(): Promise<readonly Console[]>
  /**
   * Makes it the document's, and so the machine's. Where nobody would get in to it, or it is not there in time, the generation before
   * comes back by itself. Without `pull` its image has to be on the machine.
   */
  switchTo(name: string, pull: boolean, by: Author): Promise<Changed>
  /** Makes it the document's, once its image is on the machine; the one that runs goes on until the next boot. */
  enable(name: string, by: Author): Promise<Changed>
}

export interface ConsolesParts {
  readonly docker: Docker
  readonly hold: Pick<Hold<HeldConsole>, 'held' | 'hold' | 'release'>
  readonly store: Pick<Store, 'value' | 'changes'>
  readonly config: Pick<ConfigFiles, 'change' | 'user' | 'accept'>
  /** The document in force. */
  readonly data: () => CloudConfig
  /** Has the definition of one here, the newest there is, before the document names it. */
  readonly pin: (name: string, by: Author) => Promise<unknown>
  /** Those that repositories have. */
  readonly offered: () => Promise<readonly string[]>
  readonly version: string
  readonly kernel: string
  /** The console may be tried that was no good before. */
  readonly retry: () => Promise<void>
  /** Has the image that the console gets by a change on this machine. */
  readonly stage: (edit: Edit) => Promise<void>
  /** Called when what is held has changed. */
  readonly tick: () => void
}

/** Seconds a console has to be there, the pull of its image among them. Where it fails nothing waits for them. */
const PATIENCE = 900
/** Milliseconds for a change of the document to come into force. */
const IN_FORCE_LIMIT = 30_000

export function createConsoles(parts: ConsolesParts): Consoles {
  const { docker, hold, store, config, data, pin, offered, version, kernel, retry, stage, tick } = parts

  const current = async (): Promise<string | null> =>
    (await ifAnswers(docker, docker.container(CONSOLE)))?.labels[CONSOLE_LABEL] ?? null

  const names = async (): Promise<readonly string[]> => {
    const also = [chosenConsole(data()), await current()].filter((name) => name !== null)
    return [...new Set([DEFAULT_CONSOLE, ...(await offered()), ...also])].toSorted()
  }

  const prepare = async (name: string, by: Author): Promise<void> => {
    if (isImageName(name) || name === DEFAULT_CONSOLE) return
    const known = await names()
    if (known.includes(name) || isPlace(name)) {
      await pin(name, by)
      return
    }
    const near = suggest(name, known)
    throw new Refusal(
      'ROS_API_NO_CONSOLE',
      `${name} is not a valid console${near === null ? '' : `, did you mean '${near}'?`}; there are ${known.join(', ')}, and any image by its name and tag`
    )
  }

  const choice = (name: string): Edit => ({
    by: 'settings',
    settings: [{ path: ['rancher', 'console'], value: name }]
  })

  const mustHaveImage = async (name: string): Promise<void> => {
    const image = await imageAfter(config, choice(name), CONSOLE, { version, kernel })
    if ((await docker.image(image)) !== null) return
    throw new Refusal(
      'ROS_API_NO_CONSOLE',
      `the image of ${name}, ${image}, is not on this machine; without --no-pull it is pulled`
    )
  }

  /**
   * Where the document names a console that is not the one that runs (it was enabled, or did not come up), the generation before would
   * name it, too. This makes one that names what runs, which changes nothing on the machine and is what a failed switch goes back to.
   */
  const nameTheOneThatRuns = async (next: string, by: Author): Promise<void> => {
    const here = await current()
    if (chosenConsole(data()) !== next || here === null || here === next) return
    const why = 'the console that runs, to go back to'
    const { documentHash } = await config.change(choice(here), null, { ...by, why, confirm: by.confirm ?? 0 })
    const arrived = store.changes.pipe(
      filter(({ document }) => document.hash === documentHash),
      takeUntil(timer(IN_FORCE_LIMIT))
    )
    await firstValueFrom(arrived, { defaultValue: null })
    await hold.release()
  }

  return {
    async list() {
      const here = await current()
      const chosen = chosenConsole(data())
      return (await names()).map((name) => ({
        name,
        state: name === here ? 'current' : name === chosen ? 'enabled' : 'disabled'
      }))
    },
    async switchTo(name, pull, by) {
      await prepare(name, by)
      if (!pull) await mustHaveImage(name)
      await retry()
      await nameTheOneThatRuns(name, by)
      const proves = { seconds: PATIENCE, keys: [keyOf('system', CONSOLE)] }
      const changed = await config.change(choice(name), null, { ...by, confirm: by.confirm ?? 0, proves })
      await hold.release()
      tick()
      return changed
    },
    async enable(name, by) {
      await prepare(name, by)
      await stage(choice(name))
      const held = hold.held()
      const now = data()
      const service = held?.enabled === chosenConsole(now) ? held.service : consoleOf(now)
      if (service !== undefined) await hold.hold({ enabled: name, service })
      try {
        return await config.change(choice(name), null, { ...by, confirm: by.confirm ?? 0 })
      } catch (thrown) {
        await (held === null ? hold.release() : hold.hold(held))
        throw thrown
      }
    }
  }
}

/** A definition by its path or address. */
function isPlace(name: string): boolean {
  return /^(\/|https?:\/\/)/.test(name)
}
