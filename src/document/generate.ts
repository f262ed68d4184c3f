/** `npm run generate [-- --check]`: everything that is made from the schema. With --check nothing is written. */
import { readFileSync, writeFileSync } from 'node:fs'
import { publishedSchema } from './generate/published.ts'
import { referencePage } from './generate/reference.ts'
import type { Schema } from './generate/schema.ts'
import { shapeModule } from './generate/shape.ts'
import { typesModule } from './generate/types.ts'
import { validatorModule, validatorTypes } from './generate/validator.ts'

const top = new URL('../../', import.meta.url)

/** Path in the project -> text it must have. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  const schema: Schema = JSON.parse(readFileSync(new URL('schemas/cloud-config.schema.json', top), 'utf8'))
  return new Map([
    ['src/document/schema.gen.js', validatorModule(schema)],
    ['src/document/schema.gen.d.ts', validatorTypes],
    ['src/document/types.gen.ts', await typesModule(schema)],
    ['src/document/shape.gen.ts', shapeModule(schema)],
    ['schemas/published/cloud-config.schema.json', publishedSchema(schema)],
    ['docs/reference.md', referencePage(schema)]
  ])
}

/** Those of the generated files that are not what the schema makes. */
export async function stale(): Promise<readonly string[]> {
  return [...(await generated())].filter(([path, text]) => readOr(path, '') !== text).map(([path]) => path)
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(new URL(path, top), 'utf8')
  } catch {
    return otherwise
  }
}

if (import.meta.main) {
  const old = await stale()
  if (process.argv.includes('--check')) {
    if (old.length > 0) {
      process.stderr.write(`not what the schema makes: ${old.join(', ')}\nrun: npm run generate\n`)
      process.exitCode = 1
    }
  } else {
    const files = await generated()
    for (const path of old) writeFileSync(new URL(path, top), files.get(path) ?? '')
    process.stdout.write(old.length === 0 ? 'nothing to write\n' : `${old.join('\n')}\n`)
  }
}
