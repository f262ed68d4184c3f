// How long a key rests after a failure. Times are milliseconds.

const FIRST = 1_000
const LONGEST = 300_000

/** min(1 s * 2^(failures-1), 5 min), less up to half of it by chance, so that many failing things do not march in step. */
export function delay(failures: number, random: number): number {
  const full = Math.min(FIRST * 2 ** Math.max(0, failures - 1), LONGEST)
  return Math.round(full * (1 - random / 2))
}

/** What a key's last failures mean for it. */
export interface Rest {
  readonly failures: number
  /** Monotonic ms before which it is not tried again; Infinity: not before the document (or what it needs) changes. */
  readonly until: number
  readonly code: string
  readonly message: string
}
