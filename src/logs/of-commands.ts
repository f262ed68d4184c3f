// Logs of commands, in which only the line above what a command says has a time. Pure.
import { byTime } from './entry.ts'
import { commandLine } from './line.ts'

/** Lines that are held at most. */
const MOST = 10_000

/**
 * Their lines without those of commands that began before `since`. Of the last one all are told, whenever it began: what it says
 * may be newer, and it may say more.
 */
export async function* ofCommands(
  lines: AsyncIterable<string | null>,
  since: string | null
): AsyncGenerator<string | null, void, undefined> {
  let passes = since === null
  let held: string[] = []
  for await (const text of lines) {
    if (!passes) {
      const at = text === null ? null : commandLine(text).at
      if (at !== null) held = []
      passes = text === null || (at !== null && byTime({ at }, { at: since }) >= 0) || held.length >= MOST
      if (text !== null && !passes) held.push(text)
      if (!passes) continue
      yield* held
      held = []
    }
    yield text
  }
}
