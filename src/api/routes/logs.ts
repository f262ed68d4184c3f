import { linesOf, NDJSON } from '../ndjson.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

export const logRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/logs',
    summary: 'The logs of the machine and of its services as one',
    about:
      'In the order of their times; with `follow` those that are there, then each new one, over new starts of containers and rotation of files.',
    query: {
      sources: { type: 'string', about: 'Names of logs between commas; default all there are.' },
      from: { type: 'string', about: 'Only lines of this time or later, as ISO 8601 has it.' },
      tail: {
        type: 'integer',
        minimum: 0,
        maximum: 100_000,
        about: 'Only the last so many of those that are there; default all.'
      },
      follow: { type: 'boolean', about: 'Goes on with each new line until the reader leaves.' }
    },
    answers: {
      200: { about: 'One JSON object per line; empty lines are to be skipped.', type: NDJSON, schema: ref('LogEntry') },
      404: { about: 'There is no log of that name; the answer names those there are.' }
    },
    run(agent, request, reply) {
      const { sources = '', from = '', tail = Number.POSITIVE_INFINITY, follow } = request.query as Query
      const at = from === '' ? null : Date.parse(String(from))
      if (at !== null && Number.isNaN(at))
        throw new Refusal('ROS_API_BAD_REQUEST', `from is a time like 2026-01-31T12:00:00Z, not '${String(from)}'`)
      const abort = new AbortController()
      const entries = agent.logs.read(
        String(sources)
          .split(',')
          .filter((name) => name !== ''),
        {
          since: at === null ? null : new Date(at).toISOString(),
          tail: Number(tail),
          follow: follow === true,
          signal: abort.signal
        }
      )
      reply.raw.on('close', () => abort.abort())
      return reply.type(NDJSON).send(linesOf(entries))
    }
  },
  {
    method: 'GET',
    path: '/v1/logs/sources',
    summary: 'Names of the logs there are',
    answers: { 200: { about: 'By name.', schema: ref('LogSources') } },
    run: (agent) => ({ items: agent.logs.sources() })
  }
]
