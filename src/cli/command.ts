// A command as data: the table of them parses arguments and makes help, completion and docs/cli.md.
import type { Client } from './client.ts'
import type { Io } from './io.ts'

export interface Option {
  /** `boolean`, or what its value is called in help: SECONDS, FILE. */
  readonly value?: string
  readonly short?: string
  /** It may be given several times; its values then stand between commas. */
  readonly many?: true
  readonly about: string
}

export interface Example {
  readonly line: string
  readonly about: string
}

export interface Command {
  readonly words: readonly string[]
  /** Another name of its second word. */
  readonly short?: string
  /** `KEY VALUE`, `[KIND[/NAME]]`, `NAME...`; in brackets: may be left out; three dots: one or more. */
  readonly args?: string
  readonly about: string
  readonly details?: string
  readonly options?: Readonly<Record<string, Option>>
  readonly examples?: readonly Example[]
  /** From the first argument on everything is passed on as it is (`ros env CMD -x`). */
  readonly passes?: true
  readonly load: () => Promise<{ readonly run: Run }>
}

export interface Context {
  readonly io: Io
  readonly client: Client
  readonly command: Command
  readonly args: readonly string[]
  /** True where the option was given, its text where it has a value. */
  readonly options: Readonly<Record<string, string | true | undefined>>
  readonly json: boolean
}

/** Resolves with the exit code. */
export type Run = (context: Context) => Promise<number>

/** A group of commands, for help. */
export interface Group {
  readonly word: string
  readonly short?: string
  readonly about: string
}
