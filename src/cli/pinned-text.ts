import type { Pinned } from '../agent/pinning.ts'

/** A line for each name: which definition counts from now on, and where it is from. */
export function pinnedText(items: readonly Pinned[]): string {
  return items
    .map(({ name, from, sha256, before, kept }) => {
      if (sha256 === null) return `${name}: as this machine has it\n`
      const now = sha256.slice(0, 12)
      if (kept !== '') return `${name}: stays ${now}, for the newest can not be had: ${kept}\n`
      if (before === null) return `${name}: ${now} from ${from}\n`
      return before === sha256
        ? `${name}: ${now} is the newest\n`
        : `${name}: ${before.slice(0, 12)} -> ${now} from ${from}\n`
    })
    .join('')
}
