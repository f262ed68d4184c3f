// The part of Go's text/template that RancherOS's os-config.tpl.yml used: variables, if, eq, else, end and trim markers.
import { type Problem, problem } from '../document/problem.ts'
import { type Source, sourceOf } from '../document/source.ts'

export type Filled =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] }

type Operand = { readonly variable: string } | { readonly text: string }

type Action =
  | { readonly is: 'variable'; readonly name: string }
  | { readonly is: 'if'; readonly test: Test }
  | { readonly is: 'else' | 'end' }

/** A variable that is set and not empty, or the first operand being equal to one of the others. */
type Test = { readonly set: string } | { readonly first: Operand; readonly others: readonly Operand[] }

type Variables = Readonly<Record<string, string | undefined>>

/** An `if` that is open: whether what stands in it counts, and where it began. */
interface Block {
  readonly at: number
  readonly holds: boolean
  readonly turned: boolean
}

/** The template with the variables filled in; one that is not set is empty. */
export function fill(name: string, template: string, variables: Variables): Filled {
  const source = sourceOf(name, template)
  try {
    return { ok: true, text: filled(source, variables) }
  } catch (error) {
    if (!(error instanceof Wrong)) throw error
    return { ok: false, problems: [error.at(source)] }
  }
}

class Wrong extends Error {
  readonly offset: number
  readonly expected: string

  constructor(offset: number, message: string, expected = '') {
    super(message)
    this.offset = offset
    this.expected = expected
  }

  at(source: Source): Problem {
    const { message, expected } = this
    return problem(source, this.offset, { code: 'ROS_DOC_TEMPLATE', message, expected })
  }
}

function filled({ text }: Source, variables: Variables): string {
  const blocks: Block[] = []
  let out = ''
  let rest = 0
  let trim = false
  const counts = () => blocks.every((block) => block.holds)
  const put = (from: number, to: number, trimEnd: boolean) => {
    const part = trim ? text.slice(from, to).trimStart() : text.slice(from, to)
    if (counts()) out += trimEnd ? part.trimEnd() : part
  }
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', rest)) {
    const close = endOf(text, open)
    const [, before = '', words = '', after = ''] =
      /^\{\{(-(?=\s))?([^]*?)(\s-)?\}\}$/.exec(text.slice(open, close)) ?? []
    put(rest, open, before !== '')
    trim = after !== ''
    rest = close
    const action = read(words, open + 2 + before.length)
    if (action.is === 'variable') out += counts() ? (variables[action.name] ?? '') : ''
    else turn(blocks, action, open, variables)
  }
  put(rest, text.length, false)
  const [unclosed] = blocks
  if (unclosed !== undefined) throw new Wrong(unclosed.at, 'the `if` has no `end`', '{{end}} further down')
  return out
}

/** Behind the braces that close the action; braces in quotes close nothing. */
function endOf(text: string, open: number): number {
  const [action] = /^\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`}]|\}(?!\}))*\}\}/.exec(text.slice(open)) ?? []
  if (action === undefined) throw new Wrong(open, 'the action is not closed', '}} on the same line')
  return open + action.length
}

function turn(blocks: Block[], action: Exclude<Action, { is: 'variable' }>, at: number, variables: Variables): void {
  if (action.is === 'if') {
    blocks.push({ at, holds: holds(action.test, variables), turned: false })
    return
  }
  const block = blocks.pop()
  if (block === undefined) throw new Wrong(at, `there is no \`if\` for this \`${action.is}\``)
  if (action.is === 'end') return
  if (block.turned) throw new Wrong(at, 'the `if` has an `else` already')
  blocks.push({ ...block, holds: !block.holds, turned: true })
}

const operand = /^(?:\.([A-Za-z_]\w*)|"((?:[^"\\]|\\.)*)"|`([^`]*)`)(?=\s|$)/
const known = '{{.NAME}}, {{if .NAME}}, {{if eq "TEXT" .NAME}}, {{else}} or {{end}}'

function read(words: string, at: number): Action {
  const begin = at + words.length - words.trimStart().length
  const action = words.trim()
  if (action === 'else' || action === 'end') return { is: action }
  const [, head = '', tail = ''] = /^(if\s+eq|if)\s+([^]*)$/.exec(action) ?? []
  const rest = head === '' ? action : tail
  const operands = operandsOf(rest, begin + action.length - rest.length)
  const [first, ...others] = operands
  if (head.endsWith('eq') && first !== undefined && others.length > 0) return { is: 'if', test: { first, others } }
  if (first !== undefined && 'variable' in first && others.length === 0) {
    if (head === 'if') return { is: 'if', test: { set: first.variable } }
    if (head === '') return { is: 'variable', name: first.variable }
  }
  throw new Wrong(begin, 'this is not understood', known)
}

function operandsOf(text: string, at: number): readonly Operand[] {
  const found: Operand[] = []
  for (let from = 0; from < text.length; ) {
    const [all, variable, quoted, raw] = operand.exec(text.slice(from)) ?? []
    if (all === undefined) throw new Wrong(at + from, 'this is not understood', known)
    found.push(variable === undefined ? { text: raw ?? unquoted(quoted ?? '') } : { variable })
    from += all.length
    from += /^\s*/.exec(text.slice(from))?.[0].length ?? 0
  }
  return found
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter)
}

function holds(test: Test, variables: Variables): boolean {
  if ('set' in test) return (variables[test.set] ?? '') !== ''
  const value = (one: Operand) => ('text' in one ? one.text : (variables[one.variable] ?? ''))
  return test.others.some((other) => value(other) === value(test.first))
}
