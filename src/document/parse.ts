import { readFully } from './full.ts'
import { type Complaint, type Problem, problem } from './problem.ts'
import { quick, Stuck } from './quick.ts'
import { Refusal, tooDeep } from './refusal.ts'
import { type Source, sourceOf } from './source.ts'
import type { Tree } from './tree.ts'

/** A layer's text is at most this long: the agent is a process of 80 MB. */
export const maxLength = 2 * 1024 * 1024
/** The same of a text that the full parser has to read, for its syntax tree takes some sixty times as much. */
export const maxFullLength = 1024 * 1024

/** Nesting with nothing in it: the full parser needs seconds, and the whole stack, to find that out. */
const hollow = /(?:[[{] ?){1000}|(?:[-?] ){1000}/

export interface Parsed {
  readonly source: Source
  /** Null when the text could not be read; an empty text is an empty map. */
  readonly tree: Tree | null
  readonly problems: readonly Problem[]
}

/**
 * Reads one YAML text (1.2) into a tree with the offset of every key and value. A byte order mark is skipped, Windows
 * line ends are read as line ends and remarked upon; what cannot be read is a problem, never an exception.
 */
export function parse(name: string, text: string, layer: number): Parsed {
  const crlf = text.includes('\r\n')
  const body = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  const source = sourceOf(name, body)
  try {
    if (text.length > maxLength) throw new Refusal(null, tooLarge(text, `at most ${maxLength / 1024} kB`))
    const binary = body.search(/[^\P{Cc}\t\n\v\f\r\u0085]|\ufffd/u)
    if (binary !== -1) throw new Refusal(null, notText)
    const { tree, problems } = read(source, layer)
    return { source, tree, problems: crlf ? [...problems, windows(source)] : problems }
  } catch (error) {
    const refusal = error instanceof RangeError ? new Refusal(null, tooDeep) : error
    if (!(refusal instanceof Refusal)) throw error
    return { source, tree: null, problems: [problem(source, refusal.offset, refusal.complaint)] }
  }
}

/** Most texts are plain; all others, and all with mistakes, are for the full parser. */
function read(source: Source, layer: number): Pick<Parsed, 'tree' | 'problems'> {
  try {
    return { tree: quick(source.text, layer), problems: [] }
  } catch (error) {
    if (!(error instanceof Stuck)) throw error
    const { text } = source
    if (text.length > maxFullLength) {
      const expected = `at most ${maxFullLength / 1024} kB where more than keys, lists and values of one line is written`
      throw new Refusal(error.offset, tooLarge(text, expected))
    }
    const nest = text.search(hollow)
    if (nest !== -1) throw new Refusal(nest, tooDeep)
    return readFully(source, layer)
  }
}

/** The complaint about a text of too many characters. */
export function tooLarge(text: string, expected: string): Complaint {
  return {
    code: 'ROS_DOC_TOO_LARGE',
    message: `is ${Math.ceil(text.length / 1024)} kB long`,
    expected,
    fix: 'keep large files outside the document and mount or download them'
  }
}

const notText: Complaint = {
  code: 'ROS_DOC_BINARY',
  message: 'is not a text in UTF-8',
  expected: 'a YAML text in UTF-8',
  fix: 'save it as UTF-8; unpack it if it is compressed'
}

function windows(source: Source): Problem {
  return problem(source, null, {
    code: 'ROS_DOC_LINE_ENDS',
    severity: 'warning',
    message: 'has Windows line ends, which were read as plain ones',
    fix: `sed -i 's/\\r$//' ${source.name}`
  })
}
