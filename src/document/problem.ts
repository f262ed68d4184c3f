import { lineAt, type Source } from './source.ts'

/** What each code means, in one line; docs/errors.md says more. */
export const problemCodes = {
  ROS_DOC_UNREADABLE: 'the file is there and cannot be read',
  ROS_DOC_BINARY: 'the file is not UTF-8 text',
  ROS_DOC_TOO_LARGE: 'the file is larger than a document may be',
  ROS_DOC_SYNTAX: 'the file is not YAML',
  ROS_DOC_TAB: 'a tab indents a line, which YAML forbids',
  ROS_DOC_DUPLICATE_KEY: 'a key stands twice in the same map',
  ROS_DOC_ALIAS: 'an alias names no anchor, or aliases multiply beyond reason',
  ROS_DOC_TOO_DEEP: 'the document is nested too deeply',
  ROS_DOC_SEVERAL: 'the file holds more than one YAML document',
  ROS_DOC_NOT_A_MAP: 'the document is not a map of keys',
  ROS_DOC_BAD_KEY: 'a key that cannot be one',
  ROS_DOC_HEADER: 'the first line is not #cloud-config',
  ROS_DOC_LINE_ENDS: 'the file has Windows line ends',
  ROS_DOC_UNKNOWN_KEY: 'the schema has no such key here',
  ROS_DOC_MISSING_KEY: 'a key that must be there is not',
  ROS_DOC_TYPE: 'the value is of the wrong type',
  ROS_DOC_VALUE: 'the value is not one of those allowed',
  ROS_DOC_RANGE: 'the value is too small, too large, too short or too long',
  ROS_DOC_LOOSE: 'the value was understood, though it is written in an old or loose way',
  ROS_DOC_LINE_ONLY: 'the key counts on the kernel command line only',
  ROS_DOC_TOO_LATE: 'the key is read before the file that has it can be',
  ROS_DOC_OVERRIDDEN: 'the value is set, and a higher layer says something else',
  ROS_DOC_EMPTY_SECTION: 'a section without content, which changes nothing',
  ROS_DOC_NO_ADDRESS: 'a variable names an address of the machine that nobody told',
  ROS_DOC_INERT: 'the key is accepted for the sake of older documents and has no effect',
  ROS_DOC_NOT_ACTED: 'the key is valid and nothing acts on it yet',
  ROS_DOC_MORE: 'there are more problems than are told',
  ROS_DOC_TEMPLATE: 'a template says something that is not understood',
  ROS_DOC_PATCH: 'the patch does not fit the document',
  ROS_DOC_NO_IMAGE: 'a service names no image',
  ROS_DOC_REPOSITORY: 'a repository, or a definition that is asked for by name, can not be used',
  ROS_DOC_TARGET: 'something is named that is not there, or cannot be reached from here',
  ROS_DOC_CYCLE: 'services wait for each other in a circle',
  ROS_DOC_PORT_TAKEN: 'a port of the machine is published twice',
  ROS_DOC_IMAGE_REFERENCE: 'the name of an image cannot be one',
  ROS_DOC_CRON: 'the time of a job is not one',
  ROS_DOC_NOTATION: 'a value is not in the notation of its key',
  ROS_DOC_CONFLICT: 'two settings exclude each other',
  ROS_DOC_DUPLICATE: 'two entries claim the same thing',
  ROS_DOC_ADDRESS: 'an address is none',
  ROS_DOC_GATEWAY: 'a gateway cannot be reached, or is one too many',
  ROS_DOC_MTU: 'an MTU does not fit what it is for',
  ROS_DOC_VLAN: 'a VLAN cannot be, or nobody makes it',
  ROS_DOC_MOUNT: 'an entry of mounts cannot be mounted',
  ROS_DOC_MOUNT_ORDER: 'a mount lies inside one that comes later',
  ROS_DOC_SSH_KEY: 'a key of ssh is not one',
  ROS_DOC_PEM: 'a certificate or private key is not PEM',
  ROS_DOC_CONTENT: 'a file of write_files cannot be written'
} as const

export type ProblemCode = keyof typeof problemCodes

/** What a code expects by its nature; people see it from the message, programs read it here. */
const expectations: Partial<Record<ProblemCode, string>> = {
  ROS_DOC_UNREADABLE: 'a file that the agent can read',
  ROS_DOC_SYNTAX: 'YAML',
  ROS_DOC_DUPLICATE_KEY: 'each key once in its map',
  ROS_DOC_ALIAS: 'aliases of anchors above them',
  ROS_DOC_BAD_KEY: 'a key that is plain text',
  ROS_DOC_HEADER: '`#cloud-config` as the first line',
  ROS_DOC_LINE_ENDS: 'line feeds alone',
  ROS_DOC_MISSING_KEY: 'the key to be there',
  ROS_DOC_LOOSE: 'the plain spelling',
  ROS_DOC_LINE_ONLY: 'the key on the kernel command line',
  ROS_DOC_EMPTY_SECTION: 'keys below it',
  ROS_DOC_NOT_ACTED: 'a key that something acts on',
  ROS_DOC_INERT: 'a key that has an effect',
  ROS_DOC_MORE: 'fewer problems',
  ROS_DOC_TOO_LATE: 'the key where a boot finds it in time',
  ROS_DOC_OVERRIDDEN: 'one layer that says it',
  ROS_DOC_VALUE: 'a value that `ros config explain` of the key allows',
  ROS_DOC_PATCH: 'a patch made for this document'
}

/** The way out where the complaint itself knows no better one. */
const remedies: Partial<Record<ProblemCode, string>> = {
  ROS_DOC_SYNTAX: 'write it as YAML: `key: value`, or `- element` for each element of a list',
  ROS_DOC_TOO_DEEP: 'keep to the levels of the reference; look for brackets that are not closed',
  ROS_DOC_BAD_KEY: 'rename the key',
  ROS_DOC_VALUE: 'replace the value',
  ROS_DOC_RANGE: 'change it to fit',
  ROS_DOC_ALIAS: 'write the values out',
  ROS_DOC_NOT_ACTED: 'keep it for a later version, or remove it',
  ROS_DOC_INERT: 'remove it'
}

/** Something to tell about a document: an error refuses it, a warning or a note does not. */
export interface Problem {
  readonly code: ProblemCode
  readonly severity: 'error' | 'warning' | 'note'
  readonly file: string
  /** From 1; 0 when the file as a whole is meant. */
  readonly line: number
  readonly column: number
  /** Dotted path of the key, empty where there is none. */
  readonly key: string
  readonly message: string
  readonly expected: string
  readonly fix: string
  /** The line, cut to a window around the place where it is long; empty for what must not be shown. */
  readonly source: string
  /** Spaces up to the place in `source`, and a caret. */
  readonly caret: string
}

export interface Complaint {
  readonly code: ProblemCode
  readonly severity?: Problem['severity']
  readonly key?: string
  readonly message: string
  readonly expected?: string
  readonly fix?: string
  /** The line holds a secret and is not to be quoted. */
  readonly secret?: boolean
}

/** A complaint about a place; without an offset about the whole file. */
export function problem(source: Source, offset: number | null, complaint: Complaint): Problem {
  const { code, severity = 'error', key = '', message, secret = false } = complaint
  const expected = complaint.expected || (expectations[code] ?? '')
  const fix = complaint.fix || (remedies[code] ?? '')
  const place = offset === null ? { line: 0, column: 0, text: '' } : lineAt(source, offset)
  const quoted =
    offset === null || secret || mayHoldSecret(place.text, place.column) || belowSecret(source, place.line)
      ? { source: '', caret: '' }
      : quote(place.text, place.column)
  const { line, column } = place
  return { code, severity, file: source.name, line, column, key, message, expected, fix, ...quoted }
}

const secretKey =
  '(?:password|passwd|psk|auth|(?:identity|registry)token|(?:ca|server|client)_(?:key|cert)|(?:rsa|dsa|ecdsa|ed25519)(?:-pub)?|private_key\\w*)'
const withSecret = new RegExp(`\\b${secretKey}\\b["']?\\s*[:=]\\s*\\S`, 'i')
const secretAbove = new RegExp(`^[\\s-]*["']?${secretKey}["']?\\s*:`, 'i')

/** A line with a key whose value is nobody's business, or a line out of a PEM block: it is told where it is, not what. */
function mayHoldSecret(text: string, column: number): boolean {
  const line = text.slice(Math.max(0, column - 2000), column + 2000)
  return withSecret.test(line) || /^[\w+/=\s]{48,}$/.test(line)
}

/** Whether a line stands below such a key, as an element of its list or a line of its text. */
function belowSecret(source: Source, line: number): boolean {
  const textOf = (at: number) => source.text.slice(source.starts[at - 1], (source.starts[at] ?? Infinity) - 1)
  const indentOf = (text: string) => text.length - text.trimStart().length
  let inner = textOf(line)
  for (let at = line - 1; at > Math.max(0, line - 200); at--) {
    const text = textOf(at)
    const above = indentOf(text) < indentOf(inner) || (inner.trimStart().startsWith('-') && !/^\s*-/.test(text))
    if (text.trim() === '' || !above || indentOf(text) > indentOf(inner)) continue
    if (secretAbove.test(text)) return true
    inner = text
  }
  return false
}

const before = 60
const width = 100

/** The line and its caret; a long line is cut, and what a terminal would obey or not align is a space. */
function quote(text: string, column: number): { readonly source: string; readonly caret: string } {
  const from = text.length <= width ? 0 : Math.max(0, Math.min(column - 1 - before, text.length - width))
  const to = Math.min(text.length, from + width)
  const clean = (part: string) => part.replaceAll(/[\p{Cc}\u2028\u2029\ufeff]/gu, ' ')
  const lead = from === 0 ? '' : '…'
  const start = lead + clean(text.slice(from, column - 1))
  return {
    source: lead + clean(text.slice(from, to)) + (to < text.length ? '…' : ''),
    caret: `${' '.repeat(Array.from(start).length)}^`
  }
}

/** An error about something nobody can mend here, which is left out for it: the rest of the document counts. */
export function leftOut(error: Problem, what: string): Problem {
  return { ...error, severity: 'warning', message: `${error.message}; ${what} is left out` }
}

export function isError({ severity }: Problem): boolean {
  return severity === 'error'
}

/** As a compiler prints it: `file:line:column: key: message`, the line, the caret, and the way out. */
export function showProblem(p: Problem): string {
  const place = p.line === 0 ? p.file : `${p.file}:${p.line}:${p.column}`
  const kind = p.severity === 'error' ? '' : `${p.severity}: `
  const lines = [`${place}: ${kind}${p.key === '' ? '' : `${p.key}: `}${p.message}`]
  if (p.source !== '') lines.push(`  ${p.source}`, `  ${p.caret}`)
  const plain = p.message.includes(p.expected) || p.expected === expectations[p.code]
  if (!plain) lines.push(`  expected: ${p.expected}`)
  if (p.fix !== '') lines.push(`  fix: ${p.fix}`)
  return lines.join('\n')
}

/** All of them, errors first, in the order of the files otherwise. */
export function showProblems(problems: readonly Problem[]): string {
  const rank = { error: 0, warning: 1, note: 2 }
  return problems
    .toSorted((a, b) => rank[a.severity] - rank[b.severity])
    .map(showProblem)
    .join('\n')
}
