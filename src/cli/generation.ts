import { EXIT, Failure } from './failure.ts'

/** The number of a generation as a person types it. */
export function generationOf(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Failure(EXIT.usage, `a generation is a number, as \`ros history\` lists them, not '${text}'`)
}
