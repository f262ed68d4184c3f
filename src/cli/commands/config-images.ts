import { interpolate, serviceEnvironment } from '../../compose/interpolate.ts'
import { buildDocument } from '../../document/build.ts'
import { imagesOf } from '../../document/images.ts'
import { prepareAll } from '../../document/prepare.ts'
import { showProblems } from '../../document/problem.ts'
import { toData } from '../../document/tree.ts'
import type { CloudConfig } from '../../document/types.gen.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { readInput } from '../input.ts'
import { imageLayer, userLayer } from '../layers.ts'
import { print } from '../print.ts'
import { VERSION } from '../version.ts'

export async function run(context: Context): Promise<number> {
  const data =
    context.options['input'] === undefined
      ? await context.client.call<CloudConfig>('/v1/config')
      : await fileOf(context)
  const kernel = process.getBuiltinModule('node:os').release()
  const environment = serviceEnvironment(data.rancher?.environment, { version: VERSION, kernel })
  const images = [...new Set(interpolate(imagesOf(data), environment))].toSorted()
  print(context, { images }, () => `${images.join(' ')}\n`)
  return EXIT.done
}

/** What FILE says by itself; it has to be valid over the image's own document. */
async function fileOf(context: Context): Promise<CloudConfig> {
  const input = await readInput(context, context.options['input'])
  const built = buildDocument([...(await imageLayer(context.io)), userLayer(input)])
  if (!built.ok) throw new Failure(EXIT.failed, `${input.name} is not valid\n${showProblems(built.problems)}`)
  const [alone] = prepareAll([userLayer(input)]).prepared
  return alone?.tree == null ? {} : (toData(alone.tree) as CloudConfig) // it was validated
}
