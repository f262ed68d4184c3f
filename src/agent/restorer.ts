// Earlier generations made the document again: the files people write become what they were; what the machine wrote for itself
// (host keys, metadata) stays.
import { Refusal } from '../api/refusal.ts'
import { invalid } from '../api/edits.ts'
import type { Author } from '../core/author.ts'
import { asRosError } from '../core/errors.ts'
import { before, originOf } from '../core/undo.ts'
import { buildDocument } from '../document/build.ts'
import { restored, withByHand } from '../document/kept.ts'
import type { Layer } from '../document/layers.ts'
import type { Host } from '../host/ports.ts'
import type { Announced } from './announced.ts'
import type { Generation, History } from './history.ts'
import type { Loop } from './loop.ts'
import { accept } from './readings.ts'
import type { OfferAnswer } from './ticks.ts'
import type { UserFiles } from './user-files.ts'

export interface Restorer {
  /** Goes back to a generation; null: the one before the present one. Rejects with a Refusal where that can not be. */
  undo(generation: number | null, by: Omit<Author, 'how' | 'why' | 'repeats'>): Promise<Undone>
  /** Takes back what did not prove itself; also where the disk takes nothing: the way to the machine counts for more. */
  rollBack(generation: number, why: string): Promise<OfferAnswer>
  /** The same before a loop runs: only the files. */
  rollBackFiles(generation: number, why: string): Promise<void>
}

export interface Undone {
  readonly answer: OfferAnswer
  /** The generation gone back to. */
  readonly to: number
}

export interface RestorerParts {
  readonly history: History
  readonly files: UserFiles
  readonly announced: Announced
  /** The layers as they are on the disk. */
  readonly layers: () => Promise<readonly Layer[]>
  readonly offer: (offer: Parameters<Loop['offer']>[0]) => Promise<OfferAnswer>
  readonly log: Host['log']
}

export function createRestorer({ history, files, announced, layers, offer, log }: RestorerParts): Restorer {
  const accepted = () => restored(history.newest?.layers ?? [])

  const documentOf = async (entry: Generation) => {
    const wanted = withByHand(await layers(), entry.layers)
    const built = buildDocument(wanted)
    if (built.ok) return accept(built.document, wanted)
    throw invalid(`what generation ${entry.generation} says is not valid any more; nothing was written`, built.problems)
  }

  const find = async (generation: number | null): Promise<Generation> => {
    const { newest } = history
    if (newest === null) throw new Refusal('ROS_API_NO_GENERATION', 'there is no generation yet')
    const step = generation === null ? before(history.list(), newest) : { generation }
    const entry = step === null ? null : await history.read(step.generation)
    if (entry !== null) return entry
    const kept = history.list().map((one) => one.generation)
    throw new Refusal(
      'ROS_API_NO_GENERATION',
      generation === null
        ? `there is no generation before ${originOf(newest)} to go back to; \`ros history\` lists what is kept`
        : `generation ${generation} is not kept; kept are ${kept[0]} to ${kept.at(-1)}: \`ros history\``
    )
  }

  return {
    async undo(generation, by) {
      const entry = await find(generation)
      const repeats = originOf(entry)
      const author: Author = { ...by, how: 'undo', why: `undo to ${entry.generation}`, repeats }
      const document = await documentOf(entry)
      const answer = await offer({
        document,
        by: author,
        expected: null,
        async keep() {
          announced.expect(document.layers ?? [], author)
          await files.put(entry.layers, accepted())
        }
      })
      return { answer, to: entry.generation }
    },
    async rollBack(generation, why) {
      const entry = await find(generation)
      const there = await layers()
      const author: Author = { how: 'rollback', who: '', why, repeats: originOf(entry) }
      return offer({
        document: await documentOf(entry),
        by: author,
        expected: null,
        async keep() {
          try {
            await files.put(entry.layers, accepted())
          } catch (thrown) {
            announced.bar(there)
            log('error', { error: asRosError(thrown).message }, 'the files of a generation could not be taken back')
          }
        }
      })
    },
    async rollBackFiles(generation, why) {
      const entry = await find(generation)
      const author: Author = { how: 'rollback', who: '', why, repeats: originOf(entry) }
      announced.expect(entry.layers, author)
      await files.put(entry.layers, accepted())
    }
  }
}
