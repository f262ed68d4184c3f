// Lines of logs.
import type { JsonSchema } from '../route.ts'
import { list, object, string } from './words.ts'

export const logsSchemas = {
  LogLine: object({ service: string, line: string }),
  BuildLine: object({
    service: string,
    line: string,
    failed: { type: 'boolean', description: 'the line says why the build failed' }
  }),
  LogEntry: object({
    at: { type: ['string', 'null'], description: 'null: neither the line nor one before it says when' },
    source: string,
    priority: { type: 'integer', description: 'facility and severity as RFC 5424 (6.2.1) has them' },
    line: string
  }),
  LogSources: object({ items: list(string) })
} as const satisfies Readonly<Record<string, JsonSchema>>
