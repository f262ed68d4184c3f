import type { Context } from './command.ts'
import { EXIT, Failure, messageOf } from './failure.ts'

export interface Input {
  /** What people call it in messages. */
  readonly name: string
  readonly text: string
}

/** The text of FILE, or of standard input for `-` and for no FILE. */
export async function readInput({ io }: Pick<Context, 'io'>, file: string | true | undefined): Promise<Input> {
  if (file === undefined || file === true || file === '-') {
    if (io.typed) io.err('reading standard input; Ctrl-D ends it\n')
    return { name: 'standard input', text: await io.input() }
  }
  try {
    return { name: file, text: await io.read(file) }
  } catch (error) {
    throw new Failure(EXIT.failed, `${file} could not be read: ${messageOf(error)}`)
  }
}
