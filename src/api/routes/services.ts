import type { FastifyRequest } from 'fastify'
import type { AgentForApi, Services } from '../agent.ts'
import { linesOf, NDJSON } from '../ndjson.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { serviceDetail } from '../service-detail.ts'

const params = { name: 'Name of the service.' }
export const missingService = { 404: { about: 'There is no such service.' } }
const timeout = {
  timeout: {
    type: 'integer',
    minimum: 0,
    maximum: 3600,
    about: 'Seconds it has to end by itself before it is killed; default 10.'
  }
} as const

export const serviceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/services',
    summary: 'The services of the document and their containers',
    answers: { 200: { about: 'The services by name.', schema: ref('Services') } },
    run: async (agent) => ({ items: await agent.services.list() })
  },
  {
    method: 'GET',
    path: '/v1/services/:name/logs',
    summary: "A service's log",
    params,
    query: {
      follow: { type: 'boolean', about: 'Goes on with each new line until the reader leaves.' },
      tail: { type: 'integer', minimum: 0, about: 'Only the last so many lines; default all.' }
    },
    answers: {
      200: { about: 'One JSON object per line; empty lines are to be skipped.', type: NDJSON, schema: ref('LogLine') },
      ...missingService
    },
    async run(agent, request, reply) {
      const name = await serviceOf(agent, request)
      const { follow = false, tail = Number.POSITIVE_INFINITY } = request.query as Query
      const abort = new AbortController()
      reply.raw.on('close', () => abort.abort())
      const log = agent.services.logs(name, { follow: follow === true, tail: Number(tail), signal: abort.signal })
      return reply.type(NDJSON).send(linesOf(entries(name, log)))
    }
  },
  {
    method: 'GET',
    path: '/v1/services/:name',
    summary: 'Everything about one service',
    params,
    answers: { 200: { about: 'The service.', schema: ref('ServiceDetail') }, ...missingService },
    run: (agent, request) => serviceDetail(agent, nameIn(request))
  },
  change('start', 'Let a stopped service run again', {}, (services, name) => services.start(name)),
  change('stop', 'Stop a service until it is started or the machine boots', timeout, (services, name, query) =>
    services.stop(name, secondsOf(query))
  ),
  change('restart', 'Stop and start a service', timeout, (services, name, query) =>
    services.restart(name, secondsOf(query))
  ),
  change('create', "Have a service's container made without starting it", {}, (services, name) =>
    services.create(name)
  ),
  change(
    'recreate',
    "Take a service's container away and have another one made and started",
    timeout,
    (services, name, query) => services.recreate(name, secondsOf(query))
  ),
  change(
    'down',
    "Take a service's container away until it is started or the machine boots",
    timeout,
    (services, name, query) => services.down(name, secondsOf(query))
  ),
  change(
    'remove',
    "Take a stopped service's container away; that of a wanted one comes back",
    { force: { type: 'boolean', about: 'Also of a service that runs.' } },
    (services, name, { force }) => services.remove(name, force === true)
  ),
  change(
    'kill',
    "Send a signal to a service's container; a wanted one that ends by it is started again",
    { signal: { type: 'string', about: 'Name or number; default SIGKILL.' } },
    (services, name, { signal = 'SIGKILL' }) => services.kill(name, String(signal))
  ),
  {
    method: 'POST',
    path: '/v1/services/:name/pull',
    summary: "Ask the registry for a service's image again",
    about: 'A container that runs goes on with the image it has. Progress is told by `/v1/progress`.',
    params,
    confirms: true,
    answers: { 200: { about: 'The image as it was and as it is.', schema: ref('PulledImage') }, ...missingService },
    async run(agent, request, reply) {
      const name = await serviceOf(agent, request)
      const abort = new AbortController()
      reply.raw.on('close', () => abort.abort())
      return agent.services.pull(name, abort.signal)
    }
  }
]

function secondsOf({ timeout: seconds = 10 }: Query): number {
  return Number(seconds)
}

function change(
  word: string,
  summary: string,
  query: NonNullable<Route['query']>,
  act: (services: Services, name: string, query: Query) => Promise<void>
): Route {
  return {
    method: 'POST',
    path: `/v1/services/:name/${word}`,
    summary,
    params,
    query,
    confirms: true,
    answers: {
      200: { about: 'Done, or under way where the loop does it.', schema: ref('Service') },
      ...missingService
    },
    async run(agent, request) {
      const name = await serviceOf(agent, request)
      await act(agent.services, name, request.query as Query)
      return (await agent.services.list()).find((service) => service.name === name)
    }
  }
}

function nameIn(request: FastifyRequest): string {
  const { name = '' } = request.params as Readonly<Record<string, string>>
  return name
}

/** The name in a request's path, if there is such a service. */
export async function serviceOf(agent: AgentForApi, request: FastifyRequest): Promise<string> {
  const name = nameIn(request)
  const all = await agent.services.list()
  if (all.some((service) => service.name === name)) return name
  throw new Refusal(
    'ROS_API_NO_SERVICE',
    `${name} is not a valid service; there are: ${all.map((service) => service.name).join(', ')}`
  )
}

async function* entries(service: string, log: AsyncIterable<string>) {
  for await (const line of log) yield { service, line }
}
