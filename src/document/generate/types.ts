import { compile } from 'json-schema-to-typescript'
import { canonical, type Schema } from './schema.ts'

/** The text of types.gen.ts: the document as TypeScript sees it after reading, with nothing to be written to. */
export async function typesModule(schema: Schema): Promise<string> {
  const text = await compile(JSON.parse(JSON.stringify(canonical(schema, true))), 'CloudConfig', {
    bannerComment: '// Generated from schemas/cloud-config.schema.json by src/document/generate.ts. Do not edit.',
    ignoreMinAndMaxItems: true,
    style: { semi: false, singleQuote: true, printWidth: 120 }
  })
  return text
    .replaceAll(/^( +)((?:'[^']+'|\w+)\??:|\[k: string\]:)/gm, '$1readonly $2')
    .replaceAll(/(\w+|\([^()\n]*\))\[\]\[\]/g, 'readonly (readonly $1[])[]')
    .replaceAll(/(?<!readonly )(\b\w+|\([^()\n]*\))\[\](?!\))/g, 'readonly $1[]')
}
