import { exportText } from '../../api/export-text.ts'
import { buildDocument } from '../../document/build.ts'
import { showProblems } from '../../document/problem.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure, messageOf } from '../failure.ts'
import { readInput } from '../input.ts'
import { imageLayer, userLayer } from '../layers.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const { client, options } = context
  const wanted = { private: options['private'] === true, full: options['full'] === true }
  const text =
    options['input'] === undefined
      ? await client.text('/v1/config/export', { query: wanted })
      : await exportOf(context, wanted)
  const file = options['output']
  if (file === undefined) print(context, { text }, () => text)
  else await save(context, String(file), text)
  return EXIT.done
}

/** FILE's document over the image's own. */
async function exportOf(
  context: Context,
  wanted: { readonly private: boolean; readonly full: boolean }
): Promise<string> {
  const input = await readInput(context, context.options['input'])
  const built = buildDocument([...(await imageLayer(context.io)), userLayer(input)])
  if (!built.ok) throw new Failure(EXIT.failed, `${input.name} is not valid\n${showProblems(built.problems)}`)
  return exportText(built.document, wanted)
}

/** Readable by root alone: it may hold keys. */
async function save(context: Context, file: string, text: string): Promise<void> {
  try {
    await context.io.write(file, text, 0o400)
  } catch (error) {
    throw new Failure(EXIT.failed, `${file} could not be written: ${messageOf(error)}`)
  }
  print(context, { file }, () => '')
}
