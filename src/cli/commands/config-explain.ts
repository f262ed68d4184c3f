import type { Context } from '../command.ts'
import { explain, explanationText } from '../explanation.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'
import { readSchema } from '../schema-file.ts'
import { pathIn } from '../schema-part.ts'
import { unknownKey } from '../unknown-key.ts'

export async function run(context: Context): Promise<number> {
  const { io, args } = context
  const top = await readSchema(io)
  const path = pathIn(top, args[0] ?? '')
  const found = explain(top, path)
  if (found === null) throw unknownKey(top, path)
  print(context, found, () => explanationText(found, io.columns))
  return EXIT.done
}
