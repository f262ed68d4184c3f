import type { Problem } from '../../../src/document/problem.ts'
import { showProblem } from '../../../src/document/problem.ts'
import { layer, problemsOf, user } from '../support.ts'

/** What is said of keys as such, and not of what they hold. */
const ASIDE: ReadonlySet<string> = new Set(['ROS_DOC_NOT_ACTED', 'ROS_DOC_INERT', 'ROS_DOC_LOOSE'])

/** A description and a text; the text begins in line 2. */
export type Case = readonly [what: string, text: string]
/** The same and all that is printed of it. */
export type Told = readonly [what: string, text: string, printed: string]

/** All that the checks have to say of a text, as it is printed. Each complaint has a place, an expectation and a way out. */
export function complaints(text: string, ...below: Parameters<typeof layer>[]): string {
  const found = problemsOf(...below.map((one) => layer(...one)), user(text)).filter(({ code }) => !ASIDE.has(code))
  for (const problem of found) {
    const lacking = missing(problem)
    if (lacking !== '') throw new Error(`${problem.code} has no ${lacking}: ${JSON.stringify(problem)}`)
  }
  return found.map(showProblem).join('\n')
}

function missing({ line, column, message, expected, fix }: Problem): string {
  const parts = { line, column, message, expected, fix }
  return Object.entries(parts)
    .filter(([, part]) => part === '' || part === 0)
    .map(([name]) => name)
    .join(' and ')
}
