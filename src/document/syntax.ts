import type { YAMLError } from 'yaml'
import type { Complaint } from './problem.ts'

const quoteIt = 'put the value in quotes if it has a `: ` in it'
const closeIt = 'look for a missing closing quote, `]` or `}` in this line or above'

/** What a parser's error means to a person. The first entry whose pattern fits the message wins. */
const meanings: readonly (readonly [RegExp, Complaint])[] = [
  [/^Maximum call stack/, { code: 'ROS_DOC_TOO_DEEP', message: 'the document is nested too deeply' }],
  [
    /^Tabs are not allowed/,
    {
      code: 'ROS_DOC_TAB',
      message: 'a tab cannot indent a line',
      expected: 'spaces',
      fix: 'replace each tab by spaces'
    }
  ],
  [
    /^Source contains multiple documents/,
    {
      code: 'ROS_DOC_SEVERAL',
      message: 'a second document begins here',
      expected: 'one document',
      fix: 'remove the `---`, or put the rest into a file of its own'
    }
  ],
  [/^With stringKeys/, { code: 'ROS_DOC_BAD_KEY', message: 'a key must be a plain word or a quoted text' }],
  [/^Nested mappings are not allowed/, { code: 'ROS_DOC_SYNTAX', message: 'a second `: ` in one line', fix: quoteIt }],
  [
    /^Flow (?:sequence|map).*(?:sufficiently indented|must end)/,
    { code: 'ROS_DOC_SYNTAX', message: 'a list or map in brackets is not closed', fix: closeIt }
  ],
  [
    /^Missing closing .quote|^Missing closing ["']/,
    { code: 'ROS_DOC_SYNTAX', message: 'a quoted text is not closed', fix: closeIt }
  ],
  [
    /^Implicit keys need|^Implicit map keys need|^Expected a? ?mapping/,
    {
      code: 'ROS_DOC_SYNTAX',
      message: 'a line that is neither a key with its value nor an element of a list',
      fix: 'look for a missing `: ` after the key'
    }
  ],
  [
    /^All (?:mapping|sequence|collection) items must start at the same column/,
    {
      code: 'ROS_DOC_SYNTAX',
      message: 'the indentation does not go with the lines above',
      fix: 'indent the keys of one map, and the elements of one list, alike'
    }
  ],
  [
    /^A (?:block )?(?:sequence|collection|mapping).*(?:same line|may not be)/,
    {
      code: 'ROS_DOC_SYNTAX',
      message: 'a list or map cannot begin in this line',
      fix: 'begin it in the next line, indented'
    }
  ],
  [
    /^Unresolved tag/,
    { code: 'ROS_DOC_SYNTAX', severity: 'warning', message: 'a tag without meaning here', fix: 'remove it' }
  ]
]

/** A parser's error as a complaint; one without an entry keeps the parser's words. */
export function syntax({ message, name }: YAMLError): Complaint {
  const [, meaning] = meanings.find(([pattern]) => pattern.test(message)) ?? []
  if (meaning !== undefined) return meaning
  const severity = name === 'YAMLWarning' ? 'warning' : 'error'
  return { code: 'ROS_DOC_SYNTAX', severity, message: message.charAt(0).toLowerCase() + message.slice(1) }
}
