import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { readSchema, schemaText } from '../schema-file.ts'
import { partAt, pathIn, standalone } from '../schema-part.ts'
import { unknownKey } from '../unknown-key.ts'

/** A schema is JSON with and without --json. */
export async function run({ io, options }: Context): Promise<number> {
  const { key } = options
  if (key === undefined) {
    io.out(await schemaText(io))
    return EXIT.done
  }
  const top = await readSchema(io)
  const path = pathIn(top, String(key))
  const part = partAt(top, path)
  if (part === undefined) throw unknownKey(top, path)
  io.out(`${JSON.stringify(standalone(part, top), null, 2)}\n`)
  return EXIT.done
}
