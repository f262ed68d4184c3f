import fc from 'fast-check'

/**
 * A row of numbers that a document is drawn by: each decision takes the next one. Where they end, every decision is
 * the first and simplest, so that fewer and smaller numbers make a simpler document, which is how failures shrink.
 */
export class Choices {
  readonly #numbers: readonly number[]
  #next = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  /** Below `count`. */
  number(count: number): number {
    return (this.#numbers[this.#next++] ?? 0) % count
  }

  /** True once in so many times, and never where the numbers have ended. */
  once(times: number): boolean {
    return this.number(times) === times - 1
  }

  of<T>(some: readonly T[]): T {
    const one = some[this.number(some.length)]
    if (one === undefined) throw new Error('nothing to choose from')
    return one
  }
}

/** Enough for a document of a few dozen lines; most need less. */
export const choices = fc
  .array(fc.nat(65_535), { minLength: 6, maxLength: 90, size: 'max' })
  .map((numbers) => new Choices(numbers))
