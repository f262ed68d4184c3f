import type { Service } from '../api/agent.ts'
import { suggest } from '../document/suggest.ts'
import { EXIT, Failure } from './failure.ts'

/** Those with the given names, in the order given; no names: all, by name. */
export function named(services: readonly Service[], names: readonly string[]): readonly Service[] {
  const sorted = services.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  if (names.length === 0) return sorted
  return names.map((name) => {
    const found = sorted.find((service) => service.name === name)
    if (found !== undefined) return found
    const near = suggest(
      name,
      sorted.map((service) => service.name)
    )
    throw new Failure(EXIT.failed, `${name} is not a valid service${near === null ? '' : `, did you mean '${near}'?`}`)
  })
}

/** What a service that runs at set times did and will do, behind its line; empty for all others. */
export function runText(run: Service['run']): string {
  if (run === null) return ''
  const { last, next } = run
  const did =
    last === null
      ? 'not run yet'
      : last.ended === null
        ? `runs since ${short(last.started)}`
        : `ran ${short(last.started)}, exit code ${last.exitCode}`
  return `  (${did}; ${next === null ? 'no next run' : `next ${short(next)}`})`
}

/** `2026-11-28T03:00:00Z` */
function short(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z')
}
