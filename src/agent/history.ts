// Every accepted generation, one file each, so that any of them can be looked at and gone back to. In memory are the newest one
// and a summary of each other. A disk that takes nothing costs the past, never the loop.
import type { Change } from '../api/changes.ts'
import type { PlanView } from '../api/view.ts'
import type { Author } from '../core/author.ts'
import { asRosError } from '../core/errors.ts'
import type { Layer } from '../document/layers.ts'
import type { Files, Host } from '../host/ports.ts'
import type { Events } from './events.ts'

/** What became of a generation. */
export type Ending =
  | { readonly is: 'open' }
  /** Everything was Ready, so many milliseconds after it was accepted; null: an agent that started later found it so. */
  | { readonly is: 'settled'; readonly ms: number | null }
  | { readonly is: 'failed'; readonly message: string }
  | { readonly is: 'rolled back'; readonly message: string }
  /** The next one came before it had settled. */
  | { readonly is: 'superseded'; readonly by: number }

/** What is known of a generation without reading its file. */
export interface Summary {
  readonly generation: number
  /** ISO time of its acceptance. */
  readonly at: string
  readonly by: Author
  /** The generation whose files it repeats, itself none that repeats. */
  readonly repeats?: number
  /** `~ hostname`: what it changed of the merged document, as many as fit; `more` did not. */
  readonly changed: readonly string[]
  readonly more: number
  readonly outcome: Ending
  /** What had failed when the next one came, by key. */
  readonly unwell: readonly string[]
}

export interface Generation extends Summary {
  /** Of the merged document. */
  readonly hash: string
  /** Against the generation before, secrets veiled. */
  readonly changes: readonly Change[]
  /** The layers that people and programs change. */
  readonly layers: readonly Layer[]
  readonly plan: PlanView | null
}

/** How much is kept. */
export interface Room {
  readonly keep: number
  readonly days: number
  readonly megabytes: number
}

/** However old they are, so many stay. */
const AT_LEAST = 50

export interface History {
  /** null: there is none yet. */
  readonly newest: Generation | null
  /** Oldest first. */
  list(): readonly Summary[]
  /** null: never was, or was pruned. */
  read(generation: number): Promise<Generation | null>
  /** Resolves when it is on the disk, or could not be written there, which is told. Older ones are pruned to fit `room`. */
  add(entry: Generation, room: Room): Promise<void>
  /** These are not pruned. */
  pin(...generations: readonly (number | null)[]): void
  /** Nothing happens where there is no such generation. */
  amend(generation: number, change: Partial<Omit<Generation, 'generation'>>): Promise<void>
  /** Resolves when all that was asked for so far is on the disk. */
  written(): Promise<void>
}

export interface HistoryParts {
  readonly files: Files
  readonly events: Pick<Events, 'add'>
  readonly log: Host['log']
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly folder: string
}

export async function openHistory(parts: HistoryParts): Promise<History> {
  const { files, events, log, now, folder } = parts
  const sizes = new Map<number, number>()
  const known = new Map<number, Summary>()
  let newest: Generation | null = null
  let failing = false
  let pinned: readonly (number | null)[] = []
  let last: Promise<unknown> = Promise.resolve()

  const pathOf = (generation: number) => `${folder}/${String(generation).padStart(8, '0')}.json`
  const read = async (generation: number) => parse(await files.read(pathOf(generation)))
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const turn = last.then(step, step)
    last = turn.catch(() => undefined)
    return turn
  }

  const write = async (entry: Generation) => {
    const text = JSON.stringify(entry)
    known.set(entry.generation, summaryOf(entry))
    try {
      await files.writeAtomic(pathOf(entry.generation), text, { mode: 0o600 })
      sizes.set(entry.generation, Buffer.byteLength(text))
      failing = false
    } catch (thrown) {
      const error = asRosError(thrown).message
      if (!failing) {
        log('error', { generation: entry.generation, error }, 'a generation could not be written down')
        const message = `generation ${entry.generation} is in force and could not be written down: ${error}`
        events.add({ type: 'Warning', reason: 'HistoryNotKept', message, key: null })
      }
      failing = true
    }
  }

  const prune = async (room: Room) => {
    const all = [...known.values()].toSorted((a, b) => a.generation - b.generation)
    let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    for (const [at, { generation, at: when }] of all.entries()) {
      const left = all.length - at
      const old = left > AT_LEAST && now() - Date.parse(when) > room.days * 86_400_000
      // Two stay whatever their size: there must be something to go back to.
      if (left <= 2 || !(left > room.keep || old || bytes > room.megabytes * 1_000_000)) return
      if (pinned.includes(generation)) continue
      bytes -= sizes.get(generation) ?? 0
      sizes.delete(generation)
      known.delete(generation)
      await files.remove(pathOf(generation)).catch((thrown: unknown) => {
        log('warn', { generation, error: asRosError(thrown).message }, 'an old generation could not be removed')
      })
    }
  }

  for (const name of await files.list(folder)) {
    const [, digits] = /^(\d{8})\.json$/.exec(name) ?? []
    const entry = digits === undefined ? null : await read(Number(digits))
    if (entry === null) continue
    known.set(entry.generation, summaryOf(entry))
    sizes.set(entry.generation, (await files.stat(pathOf(entry.generation)))?.size ?? 0)
    newest = entry
  }

  return {
    get newest() {
      return newest
    },
    list: () => [...known.values()].toSorted((a, b) => a.generation - b.generation),
    read: async (generation) => (generation === newest?.generation ? newest : inTurn(() => read(generation))),
    add(entry, room) {
      newest = entry
      return inTurn(async () => {
        await write(entry)
        await prune(room)
      })
    },
    pin(...generations) {
      pinned = generations
    },
    written: () => inTurn(async () => undefined),
    amend(generation, change) {
      if (newest?.generation === generation) newest = { ...newest, ...change }
      return inTurn(async () => {
        const entry = generation === newest?.generation ? newest : await read(generation)
        if (entry !== null) await write({ ...entry, ...change })
      })
    }
  }
}

function summaryOf({ generation, at, by, repeats, changed, more, outcome, unwell }: Generation): Summary {
  return { generation, at, by, changed, more, outcome, unwell, ...(repeats === undefined ? {} : { repeats }) }
}

/** A file that can not be read is no generation. */
function parse(text: string | null): Generation | null {
  try {
    const entry: Partial<Generation> | null = JSON.parse(text ?? 'null')
    return typeof entry?.generation === 'number' && Array.isArray(entry.layers) ? (entry as Generation) : null // written by us
  } catch {
    return null
  }
}
