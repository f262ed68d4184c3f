import { authorOf } from '../caller.ts'
import type { Query } from '../query.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

const params = { name: 'Name of the engine.' }
const missing = { 404: { about: 'There is no such engine.' } }
/** Seconds. */
const USUAL = 300

export const engineRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/engines',
    summary: "User Docker's engines, and which of them runs",
    answers: { 200: { about: 'The engines by name.', schema: ref('Engines') } },
    run: async (agent) => ({ items: await agent.engines.list() })
  },
  {
    method: 'POST',
    path: '/v1/engines/:name/enable',
    summary: 'Run another engine from the next boot on',
    params,
    confirms: true,
    answers: { 200: { about: 'The document names it.', schema: ref('Engines') }, ...missing },
    async run(agent, request) {
      await agent.engines.enable(nameIn(request.params), await authorOf(agent, request))
      return { items: await agent.engines.list() }
    }
  },
  {
    method: 'POST',
    path: '/v1/engines/:name/switch',
    summary: 'Run another engine now',
    about:
      "The user's containers stop and start again by their restart policy; volumes and images stay. Where the new engine does not answer, or does not know what the old one had, all is as before.",
    params,
    query: {
      wait: { type: 'integer', minimum: 1, maximum: 3600, about: `Seconds it may take; default ${USUAL}.` }
    },
    confirms: true,
    answers: { 200: { about: 'What came of it.', schema: ref('Switched') }, ...missing },
    async run(agent, request) {
      const { wait = USUAL } = request.query as Query
      return agent.engines.switch(nameIn(request.params), await authorOf(agent, request), Number(wait))
    }
  }
]

function nameIn(params: unknown): string {
  const { name = '' } = params as Readonly<Record<string, string>> // the route has it
  return name
}
