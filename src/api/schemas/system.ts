// The system itself: its certificates, its power, its agent.
import type { JsonSchema } from '../route.ts'
import { among, boolean, integer, list, object, string } from './words.ts'

export const paused = object({ reason: string, at: string, until: { type: ['string', 'null'] } })

export const systemSchemas = {
  TlsHosts: object({ hosts: list(string) }, ['hosts']),
  TlsFolder: object({ folder: string }, ['folder']),
  TlsKeys: object({ ca: string, certificate: string, key: string }),
  Power: object(
    { action: among('reboot', 'poweroff', 'halt'), force: boolean, delaySeconds: { type: 'integer', minimum: 0 } },
    ['force', 'delaySeconds']
  ),
  Pause: object({ reason: string, seconds: { type: 'number', minimum: 0 } }, ['reason', 'seconds']),
  Paused: object({ paused }),
  Resumed: object({ resumed: boolean }),
  Restart: object({ fault: boolean }, ['fault']),
  Version: object({ version: string, image: string, node: string }),
  Accepted: object({ accepted: boolean }),
  Refusal: object(
    {
      type: { type: 'string', format: 'uri' },
      title: string,
      status: integer,
      detail: string,
      code: string,
      errors: list({ $ref: '#/components/schemas/Problem' }),
      plan: { $ref: '#/components/schemas/Plan' }
    },
    ['errors', 'plan']
  )
} as const satisfies Readonly<Record<string, JsonSchema>>
