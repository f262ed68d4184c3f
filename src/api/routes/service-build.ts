import { NDJSON, linesOf } from '../ndjson.ts'
import type { Query } from '../query.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { missingService, serviceOf } from './services.ts'

const yes = (about: string) => ({ type: 'boolean', about }) as const

export const serviceBuildRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/services/:name/build',
    summary: "Build a service's image anew from its folder",
    about: 'What runs goes on with the image it has. The build ends when the reader leaves.',
    params: { name: 'Name of the service.' },
    query: {
      no_cache: yes('Every step is made anew.'),
      force_rm: yes('Containers of steps are removed also when one fails.'),
      pull: yes('Looks for a newer one of the image it begins with.')
    },
    answers: {
      200: { about: 'What the engine says, one JSON object per line.', type: NDJSON, schema: ref('BuildLine') },
      ...missingService,
      409: { about: 'The service has no `build`.' }
    },
    async run(agent, request, reply) {
      const name = await serviceOf(agent, request)
      const { no_cache, force_rm, pull } = request.query as Query
      const abort = new AbortController()
      reply.raw.on('close', () => abort.abort())
      const how = { noCache: no_cache === true, forceRemove: force_rm === true, pull: pull === true }
      // Refused before the first line, or not at all.
      const lines = agent.services.build(name, how, abort.signal)[Symbol.asyncIterator]()
      const first = await lines.next()
      return reply.type(NDJSON).send(linesOf(withFirst(first, lines)))
    }
  }
]

async function* withFirst<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  for (let one = first; one.done !== true; one = await rest.next()) yield one.value
}
