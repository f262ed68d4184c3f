import { showProblems } from '../../document/problem.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { readInput } from '../input.ts'
import { print } from '../print.ts'
import { imageSchema } from '../schema-file.ts'
import { startingDocument } from '../starting-document.ts'
import { fill } from '../template.ts'

/** A template on standard input is filled in, as RancherOS did; else a document to begin with is printed. */
export async function run(context: Context): Promise<number> {
  const { io, options, json } = context
  if (options['new'] === true || options['schema'] !== undefined || (options['input'] === undefined && io.typed)) {
    const text = startingDocument(String(options['schema'] ?? imageSchema))
    print(context, { text }, () => text)
    return EXIT.done
  }
  const { name, text } = await readInput(context, options['input'])
  const filled = fill(name, text, io.env)
  if (filled.ok) {
    print(context, { text: filled.text }, (one) => one.text)
    return EXIT.done
  }
  if (json) print(context, { problems: filled.problems }, () => '')
  else io.err(`${showProblems(filled.problems)}\n`)
  return EXIT.failed
}
