import { NotationError } from '../../compose/values.ts'
import type { Complaint, ProblemCode } from '../problem.ts'
import type { Path } from '../shape.ts'
import { suggest } from '../suggest.ts'

/** A complaint about the merged document, and the path it is about. */
export interface Finding extends Complaint {
  readonly path: Path
  /** Whether the caret stands below the key or below its value; default key. */
  readonly at?: 'key' | 'value'
  readonly expected: string
  readonly fix: string
}

/** Against a value that can never be. */
export function wrong(code: ProblemCode, path: Path, message: string, expected: string, fix: string): Finding {
  return { code, path, at: 'value', message, expected, fix }
}

/** Against a value that RancherOS took, or that may be meant. */
export function doubtful(code: ProblemCode, path: Path, message: string, expected: string, fix: string): Finding {
  return { ...wrong(code, path, message, expected, fix), severity: 'warning' }
}

/** What `read` has against a value, as a finding; whatever else it throws is a fault of ours. */
export function* notation(path: Path, fix: string, read: () => unknown): Iterable<Finding> {
  const fault = attempt(read)
  if (fault instanceof NotationError) yield against(path, fault, fix)
}

/** What `read` returns, or what it has against the value. */
export function attempt<T>(read: () => T): T | NotationError {
  try {
    return read()
  } catch (error) {
    if (error instanceof NotationError) return error
    throw error
  }
}

/** Against a value that is not in the notation of its key. */
export function against(path: Path, { what, expected }: NotationError, fix: string): Finding {
  return wrong('ROS_DOC_NOTATION', path, what, expected, fix)
}

/** A value as messages name it. */
export function quoted(text: string): string {
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text.replaceAll(/\s/g, ' ')}\``
}

/** `, did you mean …?`, or nothing when nothing is like it. */
export function meant(name: string, candidates: Iterable<string>): string {
  const one = suggest(name, candidates)
  return one === null ? '' : `, did you mean \`${one}\`?`
}

/** Each guess looks at all candidates, so of many mistakes only the first get one: a document has thousands of names. */
const MOST = 20

/** `meant` for candidates that the document itself has. */
export function guesses(candidates: () => readonly string[]): (name: string) => string {
  let left = MOST
  let known: readonly string[] | undefined
  return (name) => (left-- > 0 ? meant(name, (known ??= candidates())) : '')
}
