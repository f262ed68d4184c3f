import { filter, from } from 'rxjs'
import { lines, NDJSON } from '../ndjson.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

export const eventRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/events',
    summary: 'What happened, oldest first',
    about:
      'The newest 1024 are kept, also over restarts of the agent and boots. `rev` rises by one per event; a reader that comes back with the last `rev` it has got everything since then, or is refused.',
    query: {
      since: {
        type: 'integer',
        minimum: 0,
        about: 'Only those with a `rev` above it; 410 when some of them are gone. Default 0: all that are kept.'
      },
      from: { type: 'string', about: 'Only those of this time or later, as ISO 8601 has it.' },
      follow: { type: 'boolean', about: 'Goes on with each new one until the reader leaves.' }
    },
    answers: {
      200: { about: 'One JSON object per line; empty lines are to be skipped.', type: NDJSON, schema: ref('Event') },
      410: { about: 'Events after `since` are gone, or there never was one of that number.' }
    },
    run(agent, request, reply) {
      const { since = 0, from: start = '', follow } = request.query as Query
      const rev = Number(since)
      const at = start === '' ? Number.NEGATIVE_INFINITY : Date.parse(String(start))
      if (Number.isNaN(at))
        throw new Refusal('ROS_API_BAD_REQUEST', `from is a time like 2026-01-31T12:00:00Z, not '${String(start)}'`)
      const gap = rev === 0 ? null : agent.events.gap(rev)
      if (gap !== null)
        throw new Refusal('ROS_API_EVENTS_GONE', `${gap}; without \`since\` there are all that are left`)
      const events = follow === true ? agent.events.follow(rev) : from(agent.events.since(rev))
      return reply.type(NDJSON).send(lines(events.pipe(filter((event) => Date.parse(event.at) >= at))))
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
