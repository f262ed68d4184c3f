import type { Context } from './command.ts'

/** The value as JSON on a line of its own (indented), or what `text` makes of it. */
export function print<T>({ io, json }: Pick<Context, 'io' | 'json'>, value: T, text: (value: T) => string): void {
  io.out(json ? `${JSON.stringify(value, null, 2)}\n` : text(value))
}

/** One line of a stream. */
export function printLine<T>({ io, json }: Pick<Context, 'io' | 'json'>, value: T, text: (value: T) => string): void {
  io.out(`${json ? JSON.stringify(value) : text(value)}\n`)
}
