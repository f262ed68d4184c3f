// User Docker's engines as people command them: listed, switched, chosen for the next boot. The document says which one it is; the
// container is changed by the loop, which goes back to the old one where the new one is no good (kinds/container/engine-change.ts).
// Then the document goes back as well.
import type { ConfigFiles } from '../api/config-files.ts'
import type { Edit } from '../api/edits.ts'
import { Refusal } from '../api/refusal.ts'
import type { Author } from '../core/author.ts'
import { ENGINE_LABEL, ownEngine, wantedEngine } from '../core/engine-name.ts'
import type { Key } from '../core/resource.ts'
import type { CloudConfig, Service } from '../document/types.gen.ts'
import { suggest } from '../document/suggest.ts'
import type { Host } from '../host/ports.ts'
import type { Catalogue } from './catalogue.ts'
import { documentOutcome } from './document-outcome.ts'
import type { Events } from './events.ts'
import type { Enabled, Hold } from './hold.ts'
import { documentAfter } from './stage.ts'
import type { Store } from './store.ts'

export interface Engine {
  readonly name: string
  /** `enabled`: the document asks for it, and another one runs. */
  readonly state: 'current' | 'enabled' | 'disabled'
  /** As the daemon says; empty while it does not answer, and of those that do not run. */
  readonly version: string
}

export interface Switched {
  readonly switched: boolean
  /** For people: what runs now, or why it is the old one again. */
  readonly message: string
}

export interface Engines {
  list(): Promise<readonly Engine[]>
  /** The document names it, once its image is on the machine; it counts from the next boot on. */
  enable(name: string, by: Author): Promise<void>
  /** The service `docker` as the document would have it with that engine, which may be `default`; its image is on the machine. */
  offered(name: string): Promise<Service>
  /** Resolves when it runs, or when the document is as before since it does not. */
  switch(name: string, by: Author, seconds: number): Promise<Switched>
}

export interface EnginesParts {
  readonly host: Pick<Host, 'docker'>
  readonly store: Pick<Store, 'value' | 'changes'>
  readonly config: Pick<ConfigFiles, 'change' | 'user' | 'accept'>
  readonly catalogue: Pick<Catalogue, 'list'>
  readonly events: Pick<Events, 'add'>
  readonly hold: Pick<Hold<Enabled>, 'held' | 'hold' | 'release'>
  /** Looks at everything anew, and resolves when the machine has settled, or at the time limit (ms). */
  readonly reconcile: (limit: number) => Promise<unknown>
  /** The engine may be tried that was no good before. */
  readonly retry: () => Promise<void>
  /** Has the image that User Docker gets by a change on this machine. */
  readonly stage: (edit: Edit) => Promise<void>
  /** What keys the container of User Docker needs, as the document in force has it. */
  readonly needs: () => readonly Key[]
  /** The document in force. */
  readonly data: () => CloudConfig
}

const KEY = 'rancher.docker.engine'
const CONTAINER: Key = 'container/system/docker'
const ENGINE: Key = 'engine/user'
/** Milliseconds for the old engine to answer again. */
const BACK_LIMIT = 120_000

export function createEngines(parts: EnginesParts): Engines {
  const { host, store, config, catalogue, events, hold, reconcile, retry, stage, needs, data } = parts
  const current = async (): Promise<string> => {
    const { system } = host.docker
    const found = (await system.ping()) === null ? null : await system.container('docker')
    return found === null ? '' : (found.labels[ENGINE_LABEL] ?? ownEngine(data()))
  }
  const list = async (): Promise<readonly Engine[]> => {
    const [{ items }, runs, version] = await Promise.all([catalogue.list(), current(), host.docker.user.ping()])
    const offered = items.filter(({ section }) => section === 'engines').map(({ name }) => name)
    const wanted = wantedEngine(data())
    const names = new Set([ownEngine(data()), wanted, ...offered, ...(runs === '' ? [] : [runs])])
    return [...names].sort().map((name) => ({
      name,
      state: name === runs ? 'current' : name === wanted ? 'enabled' : 'disabled',
      version: name === runs ? (version ?? '') : ''
    }))
  }
  const known = async (name: string): Promise<string> => {
    const named = name === 'default' ? ownEngine(data()) : name
    const names = (await list()).map((one) => one.name)
    if (names.includes(named)) return named
    const near = suggest(name, names)
    const guess = near === null ? '' : `, did you mean '${near}'?`
    throw new Refusal('ROS_API_NO_ENGINE', `${name} is not a valid engine${guess}`)
  }
  const set = (name: string, by: Author) => config.change({ by: 'value', key: KEY, text: name }, null, by)

  /** null: the document is in force and User Docker answers. */
  const outcome = (hash: string, limit: number) =>
    documentOutcome(
      store,
      hash,
      () => ({ ready: [CONTAINER, ENGINE], sound: [CONTAINER, ...needs().filter((key) => key.startsWith('image/'))] }),
      limit
    )
  const goBack = async (text: string, hash: string, by: Author, why: string): Promise<void> => {
    if ((await config.user()).hash !== hash) return
    const { documentHash } = await config.change({ by: 'text', text }, hash, { ...by, how: 'undo', why })
    await outcome(documentHash, BACK_LIMIT)
  }

  return {
    list,
    async enable(name, by) {
      const named = await known(name)
      await stage({ by: 'value', key: KEY, text: named })
      const before = hold.held()
      await (named === (await current()) ? hold.release() : hold.hold({ enabled: named }))
      try {
        await set(named, by)
      } catch (thrown) {
        await (before === null ? hold.release() : hold.hold(before))
        throw thrown
      }
    },
    async offered(name) {
      const edit: Edit = { by: 'value', key: KEY, text: await known(name) }
      await stage(edit)
      return (await documentAfter(config, edit)).rancher?.services?.['docker'] ?? {}
    },
    async switch(name, by, seconds) {
      const named = await known(name)
      const before = await config.user()
      await retry()
      await hold.release()
      const { hash, documentHash, changes } = await set(named, by)
      // It was to count from the next boot on, or was tried in vain.
      if (changes.length === 0) await reconcile(seconds * 1000)
      const wrong = (await outcome(documentHash, seconds * 1000)) ?? (await otherThan(named, current))
      if (wrong === null) {
        const message = `User Docker is ${named} (${(await host.docker.user.ping()) ?? 'it does not answer now'})`
        events.add({ type: 'Normal', reason: 'EngineSwitched', message, key: ENGINE })
        return { switched: true, message }
      }
      await goBack(before.text, hash, by, `${named} did not come up`)
      const message = `${named} did not come up: ${wrong}; User Docker is ${await current()} as before`
      events.add({ type: 'Warning', reason: 'EngineNotSwitched', message, key: ENGINE })
      return { switched: false, message }
    }
  }
}

async function otherThan(name: string, current: () => Promise<string>): Promise<string | null> {
  const runs = await current()
  return runs === name ? null : `the document keeps ${runs}: it says itself what the service \`docker\` is`
}
