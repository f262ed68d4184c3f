import { from } from 'rxjs'
import { lines, NDJSON } from '../ndjson.ts'
import type { Query } from '../query.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

export const eventRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/events',
    summary: 'What happened, oldest first',
    about: 'The last 1024 since the agent started are kept; `rev` rises by one per event.',
    query: {
      since: { type: 'integer', minimum: 0, about: 'Only those with a `rev` above it; default 0.' },
      follow: { type: 'boolean', about: 'Goes on with each new one until the reader leaves.' }
    },
    answers: {
      200: { about: 'One JSON object per line; empty lines are to be skipped.', type: NDJSON, schema: ref('Event') }
    },
    run(agent, request, reply) {
      const { since = 0, follow } = request.query as Query
      const events = follow === true ? agent.events.follow(Number(since)) : from(agent.events.since(Number(since)))
      return reply.type(NDJSON).send(lines(events))
    }
  },
  {
    method: 'GET',
    path: '/v1/progress',
    summary: 'What running actions say about themselves',
    about: 'A stream without an end: loads and pulls of images, as they go on.',
    answers: {
      200: { about: 'One JSON object per line; empty lines are to be skipped.', type: NDJSON, schema: ref('Progress') }
    },
    run: (agent, _request, reply) => reply.type(NDJSON).send(lines(agent.progress))
  }
]
