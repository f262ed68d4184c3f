import { buildDocument } from '../../document/build.ts'
import { showProblems } from '../../document/problem.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { readInput } from '../input.ts'
import { imageLayer, metadataLayer, userLayer } from '../layers.ts'
import { print } from '../print.ts'

/** Checks a text as the user document over the image's own; a service may change one of the image's without naming its image. */
export async function run(context: Context): Promise<number> {
  const { io, options, json } = context
  const input = await readInput(context, options['input'])
  const layers = [...(await imageLayer(io)), userLayer(input), await metadataLayer(io)]
  const built = buildDocument(layers)
  const all = built.ok ? built.document.problems : built.problems
  // What the text makes wrong may stand in the image's own document.
  const problems = all.filter(({ file, severity }) => file === input.name || severity === 'error')
  const valid = built.ok
  if (json) print(context, { valid, problems }, () => '')
  else if (problems.length > 0) io.err(`${showProblems(problems)}\n`)
  return valid ? EXIT.done : EXIT.failed
}
