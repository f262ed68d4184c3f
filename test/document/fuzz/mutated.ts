import type { Fields, Value } from '../../../src/document/value.ts'
import { isArray, isFields } from '../../../src/document/value.ts'
import type { Choices } from './choices.ts'

/** Bits that mean something to a parser of YAML, or to what stands behind it. */
export const junk = [
  '\t',
  '\r\n',
  ': ',
  '- ',
  '"',
  "'",
  '[',
  '{',
  '}',
  ']',
  '&a ',
  '*a',
  '!!',
  '|',
  '>',
  '#',
  '\ufeff',
  '\u0000',
  '\ud800',
  '<<: ',
  'null',
  '---\n',
  '? ',
  '%',
  '@',
  '__proto__: ',
  'constructor: ',
  '\n  ',
  '\n',
  '0x',
  '.nan',
  ' -.inf\n',
  '${A}',
  '99999999999999999999',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
  '- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - a'
]

/** The text with a few of its places cut out, doubled or filled with junk. */
export function mutatedText(text: string, choices: Choices): string {
  let out = text
  for (let left = 1 + choices.number(3); left > 0; left--) {
    const at = choices.number(out.length + 1)
    const [before, gone, after] = [out.slice(0, at), out.slice(at, at + choices.number(12)), out]
    const rest = after.slice(at + gone.length)
    const lines = out.split('\n')
    const line = choices.number(lines.length)
    out = choices.once(4)
      ? lines.toSpliced(line, 0, lines[choices.number(lines.length)] ?? '').join('\n')
      : before + (choices.once(3) ? gone + gone : choices.of(junk)) + rest
  }
  return out
}

/** The document with a part of it in the place of another, or a key with a slip in it. */
export function mutatedTree(document: Fields, choices: Choices): Fields {
  const parts: Value[] = []
  collect(document, parts)
  const [taken, replaced] = [choices.of(parts), choices.of(parts)]
  const slip = choices.number(30)
  let seen = 0
  const change = (value: Value): Value => {
    if (value === replaced && value !== document) return taken
    if (isArray(value)) return value.map(change)
    if (!isFields(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [seen++ === slip ? slipped(key, choices) : key, change(child)])
    )
  }
  const changed = change(document)
  return isFields(changed) ? changed : document
}

function collect(value: Value, into: Value[]): void {
  into.push(value)
  if (isArray(value)) for (const item of value) collect(item, into)
  if (isFields(value)) for (const child of Object.values(value)) collect(child, into)
}

function slipped(key: string, choices: Choices): string {
  const at = choices.number(key.length + 1)
  return choices.of([
    key.slice(0, at) + key.slice(at + 1),
    `${key.slice(0, at)}x${key.slice(at)}`,
    key.toUpperCase(),
    '',
    'constructor'
  ])
}
