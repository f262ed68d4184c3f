/**
 * The numbers a `ping` that is over had no answer for, before the last one it had. Those after it were still on their way when it was stopped,
 * which is no loss. `said` is what busybox' ping prints; its numbers are of 16 bits and begin anew.
 */
export function unanswered(said: string): readonly number[] {
  const answered = new Set<number>()
  let last = 0
  for (const [, seq] of said.matchAll(/ seq=(\d+) /g)) {
    let number = last - (last % 65_536) + Number(seq)
    if (number < last - 32_768) number += 65_536
    answered.add(number)
    last = Math.max(last, number)
  }
  return Array.from({ length: last }, (_, number) => number).filter((number) => !answered.has(number))
}
