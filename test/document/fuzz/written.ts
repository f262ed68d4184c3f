import { stringify, type ToStringOptions } from 'yaml'
import type { Fields } from '../../../src/document/value.ts'
import type { Choices } from './choices.ts'

const styles: readonly ToStringOptions[] = [
  {},
  { indentSeq: false, lineWidth: 0 },
  // yaml writes a wrong indicator for a block that begins with spaces below an indentation of 4
  { indent: 4, blockQuote: false },
  { collectionStyle: 'flow' },
  { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false },
  { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  { singleQuote: true, blockQuote: 'literal' },
  { blockQuote: 'folded', lineWidth: 20 },
  { nullStr: '' }
]

/** A document as people and programs write it: in one of several styles, now and then with Windows line ends or as JSON. */
export function written(document: Fields, choices: Choices): string {
  if (choices.once(10)) return JSON.stringify(document, null, choices.number(3))
  // A value that stands twice is no anchor: what is drawn here is no graph.
  const text = stringify(document, { aliasDuplicateObjects: false, ...choices.of(styles) })
  const whole = `#cloud-config\n${text}`
  return choices.once(25) ? whole.replaceAll('\n', '\r\n') : whole
}
