// Services and their containers.
import type { JsonSchema } from '../route.ts'
import { machine } from './state.ts'
import { among, boolean, key, list, object, orNull, string } from './words.ts'

const service = {
  name: string,
  scope: among('system', 'user'),
  builtIn: boolean,
  enabled: boolean,
  image: string,
  state: string,
  status: string,
  id: string,
  run: {
    ...orNull(
      object({
        last: orNull(
          object({
            started: string,
            ended: { type: ['string', 'null'] },
            exitCode: { type: ['integer', 'null'] }
          })
        ),
        next: { type: ['string', 'null'], description: 'null: never again' }
      })
    ),
    description: 'of a service that is started at set times (cron.schedule); null: it is not'
  }
}

export const servicesSchemas = {
  Service: object(service),
  ServiceDetail: object({
    ...service,
    definition: { type: 'object', description: 'as the document in force has it; secrets are left out' },
    places: { ...list(string), description: 'file:line:column of all that is said of it, what wins first' },
    needs: { ...list(key), description: 'what it waits for' },
    conditions: machine.conditions
  }),
  PulledImage: object({
    name: string,
    image: string,
    before: { type: ['string', 'null'], description: 'id; null: it was not there' },
    after: { type: ['string', 'null'], description: 'id' }
  }),
  Services: object({ items: list({ $ref: '#/components/schemas/Service' }) })
} as const satisfies Readonly<Record<string, JsonSchema>>
