// How a command ends other than well.

/** Exit codes, in docs/cli.md, too. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  unconverged: 4
} as const

export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.done, 'done'],
  [EXIT.failed, 'failed; for `config validate`: the document is not valid'],
  [EXIT.usage, 'the command was not understood'],
  [EXIT.unreachable, 'the agent could not be reached: it does not run, or you are not root'],
  [EXIT.unconverged, 'the machine was not as the document says when the time was up']
]

/** Ends a command with a message on standard error. */
export class Failure extends Error {
  readonly exit: number

  constructor(exit: number, message: string) {
    super(message)
    this.name = 'Failure'
    this.exit = exit
  }
}

/** What was thrown, in words. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
