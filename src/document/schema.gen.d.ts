// Generated from schemas/cloud-config.schema.json by src/document/generate.ts. Do not edit.
export interface SchemaError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly propertyName?: string
}
declare const validate: {
  (data: unknown): boolean
  errors: readonly SchemaError[] | null
}
export default validate
