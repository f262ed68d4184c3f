import type { Schema } from '../document/generate/schema.ts'
import { EXIT, Failure, messageOf } from './failure.ts'
import type { Io } from './io.ts'

/** Where the published schema lies in the image. */
export const imageSchema = '/usr/share/ros/cloud-config.schema.json'

/** A bundle is no module and has no folder of its own. */
const here: string | undefined = import.meta.dirname

/** The text of the published schema: the checkout's where this runs from one, else the image's. */
export async function schemaText({ read }: Pick<Io, 'read'>): Promise<string> {
  const file = here === undefined ? imageSchema : `${here}/../../schemas/published/cloud-config.schema.json`
  return read(file).catch((error: unknown) => {
    throw new Failure(EXIT.failed, `the schema could not be read: ${messageOf(error)}`)
  })
}

/** The published schema. */
export async function readSchema(io: Pick<Io, 'read'>): Promise<Schema> {
  return JSON.parse(await schemaText(io)) as Schema // the schema of this very version
}
