// Consoles and engines.
import type { JsonSchema } from '../route.ts'
import { among, boolean, list, object, string } from './words.ts'

export const enginesSchemas = {
  Consoles: object({
    items: list(
      object({
        name: string,
        state: {
          ...among('current', 'enabled', 'disabled'),
          description: 'current: people are in it; enabled: the next boot brings it'
        }
      })
    )
  }),
  Engines: object({
    items: list(
      object({
        name: string,
        state: {
          ...among('current', 'enabled', 'disabled'),
          description: 'enabled: the document asks for it, and another one runs'
        },
        version: string
      })
    ),
    beside: { ...list({ $ref: '#/components/schemas/Beside' }), description: 'those that were created' }
  }),
  Beside: object({
    name: string,
    service: string,
    network: { ...string, description: 'address/length' },
    address: string,
    socket: string,
    state: { ...among('enabled', 'disabled'), description: 'enabled: it runs' },
    version: string
  }),
  NewEngine: object({ name: string, engine: string, network: string, address: string }, [
    'engine',
    'network',
    'address'
  ]),
  Switched: object({ switched: boolean, message: string })
} as const satisfies Readonly<Record<string, JsonSchema>>
