import type { Asked } from '../../agent/created-engines.ts'
import type { AgentForApi } from '../agent.ts'
import { authorOf } from '../caller.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

const params = { name: 'Name of the engine.' }
const missing = { 404: { about: 'There is no such engine.' } }
/** Seconds. */
const USUAL = 300
const waits: NonNullable<Route['query']> = {
  wait: { type: 'integer', minimum: 1, maximum: 3600, about: `Seconds it may take; default ${USUAL}.` }
}

export const engineRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/engines',
    summary: "User Docker's engines, and which of them runs",
    answers: { 200: { about: 'The engines by name.', schema: ref('Engines') } },
    run: listed
  },
  {
    method: 'POST',
    path: '/v1/engines',
    summary: 'Make an engine beside User Docker',
    about: 'Resolves when it answers; where it does not, the document is as before.',
    query: waits,
    confirms: true,
    body: { 'application/json': { about: 'Its name, and what of it is not to be chosen.', schema: ref('NewEngine') } },
    answers: {
      200: { about: 'The engine.', schema: ref('Beside') },
      400: { about: 'It can not have that name, network or address.' },
      409: { about: 'It did not come up.' },
      ...missing
    },
    async run(agent, request) {
      const { wait = USUAL } = request.query as Query
      const { name, ...asked } = newEngine(request.body)
      return agent.createdEngines.create(name, asked, await authorOf(agent, request), Number(wait))
    }
  },
  {
    method: 'DELETE',
    path: '/v1/engines/:name',
    summary: 'Take away an engine beside User Docker, and all it has',
    params,
    query: {
      timeout: {
        type: 'integer',
        minimum: 0,
        maximum: 3600,
        about: 'Seconds it has to end its containers; default 10.'
      }
    },
    confirms: true,
    answers: { 200: { about: 'Its containers, images and volumes are gone.', schema: ref('Engines') }, ...missing },
    async run(agent, request) {
      const { timeout = 10 } = request.query as Query
      await agent.createdEngines.remove(nameIn(request.params), await authorOf(agent, request), Number(timeout))
      return listed(agent)
    }
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
      return listed(agent)
    }
  },
  {
    method: 'POST',
    path: '/v1/engines/:name/switch',
    summary: 'Run another engine now',
    about:
      "The user's containers stop and start again by their restart policy; volumes and images stay. Where the new engine does not answer, or does not know what the old one had, all is as before.",
    params,
    query: waits,
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

async function listed(agent: AgentForApi) {
  const [items, beside] = await Promise.all([agent.engines.list(), agent.createdEngines.list()])
  return { items, beside }
}

const FORM =
  'the body is an object with `name`, and, where they are not to be chosen, `engine`, `network` and `address`'

function newEngine(body: unknown): Asked & { readonly name: string } {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>> // all checked below
  const known = new Set(['name', 'engine', 'network', 'address'])
  if (
    fields['name'] === undefined ||
    !Object.entries(fields).every(([key, value]) => known.has(key) && typeof value === 'string')
  )
    throw new Refusal('ROS_API_BAD_REQUEST', FORM)
  return fields as unknown as Asked & { readonly name: string } // as just checked
}
