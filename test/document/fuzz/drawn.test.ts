import fc from 'fast-check'
import t from 'tap'
import { buildDocument } from '../../../src/document/build.ts'
import { exportData } from '../../../src/document/export.ts'
import { formatGet } from '../../../src/document/format.ts'
import { type Problem, problemCodes, showProblems } from '../../../src/document/problem.ts'
import { veil } from '../../../src/document/secret.ts'
import type { Value } from '../../../src/document/value.ts'
import { layer } from '../support.ts'
import { type Choices, choices } from './choices.ts'
import { drawn, marker } from './drawn.ts'
import { mutatedText, mutatedTree } from './mutated.ts'
import { runs } from './runs.ts'
import { wanted } from './wanted.ts'
import { written } from './written.ts'

/** Milliseconds of processor time one document may take. */
const LONGEST = 1000

/** Whether it was accepted. */
function tried(text: string): boolean {
  const began = process.cpuUsage()
  const built = buildDocument([layer('user', text)])
  const problems = built.ok ? built.document.problems : built.problems
  placed(problems, text)
  showProblems(problems)
  if (built.ok) {
    const { document } = built
    wanted(document)
    veil(document.data as Value, [])
    exportData(document, { private: true, full: true })
    for (const key of ['rancher', 'rancher.services.web', 'hostname', 'rancher.services."a.b"[0]'])
      formatGet(document.data, key)
  } else if (!problems.some(({ severity }) => severity === 'error')) throw new Error('refused without an error')
  const { user, system } = process.cpuUsage(began)
  const took = (user + system) / 1000
  if (took > LONGEST) throw new Error(`took ${took.toFixed()} ms`)
  return built.ok
}

function placed(problems: readonly Problem[], text: string): void {
  const lines = text.split(/\r?\n/).length
  for (const { code, severity, line, column, message, expected, fix } of problems) {
    const inText = line === 0 ? column === 0 : line >= 1 && line <= lines && column >= 1
    if (!inText || message === '' || !(code in problemCodes)) throw new Error(`${line}:${column} ${code} ${message}`)
    if (severity !== 'note' && (expected === '' || fix === '')) throw new Error(`${code} ${message} knows no way out`)
  }
}

/** What fails says so with its text; the seed and the path by which it was drawn stand in the report. */
function each(share: number, make: (choices: Choices) => string, body: (text: string) => void): void {
  const property = fc.property(choices, (choices) => {
    const text = make(choices)
    try {
      body(text)
    } catch (cause) {
      throw new Error(`${cause instanceof Error ? cause.message : String(cause)}\n${text}`, { cause })
    }
  })
  fc.assert(property, runs(share))
}

const plain = (choices: Choices): string => written(drawn(choices), choices)

t.test('what a document of the schema wants can be computed', async (t) => {
  let [accepted, all] = [0, 0]
  each(0.3, plain, (text) => {
    all++
    if (tried(text)) accepted++
  })
  t.ok(accepted > all / 4, `${accepted} of ${all} accepted`)
})

t.test('no secret of a document is in what people are shown of it', async (t) => {
  let secrets = 0
  each(0.1, plain, (text) => {
    if (!text.includes(marker)) return
    secrets++
    const built = buildDocument([layer('user', text)])
    const shown = built.ok
      ? [built.document.problems, veil(built.document.data as Value, []), exportData(built.document, {})]
      : [built.problems, showProblems(built.problems)]
    if (JSON.stringify(shown).includes(marker)) throw new Error('a secret is shown')
  })
  t.ok(secrets > 0, `${secrets} documents with secrets`)
})

t.test('a document with a part of it elsewhere is accepted or refused, and nothing else', async (t) => {
  each(0.2, (choices) => written(mutatedTree(drawn(choices), choices), choices), tried)
  t.pass('all of them')
})

t.test('a text with junk in it is accepted or refused, and nothing else', async (t) => {
  each(0.25, (choices) => mutatedText(plain(choices), choices), tried)
  t.pass('all of them')
})
