// JSON Schemas of the API's bodies, for its OpenAPI document. They describe; requests are checked by hand where they are read.
import type { JsonSchema } from './route.ts'
import { catalogueSchemas } from './schemas/catalogue.ts'
import { documentSchemas } from './schemas/document.ts'
import { enginesSchemas } from './schemas/engines.ts'
import { historySchemas } from './schemas/history.ts'
import { logsSchemas } from './schemas/logs.ts'
import { networkSchemas } from './schemas/network.ts'
import { servicesSchemas } from './schemas/services.ts'
import { stateSchemas } from './schemas/state.ts'
import { systemSchemas } from './schemas/system.ts'

export const schemas = {
  ...stateSchemas,
  ...documentSchemas,
  ...historySchemas,
  ...networkSchemas,
  ...servicesSchemas,
  ...enginesSchemas,
  ...catalogueSchemas,
  ...logsSchemas,
  ...systemSchemas
} as const satisfies Readonly<Record<string, JsonSchema>>

/** A reference to one of them. */
export function ref(name: keyof typeof schemas): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}
