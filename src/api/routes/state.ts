import type { FastifyReply, FastifyRequest } from 'fastify'
import { distinctUntilChanged, map, throttleTime } from 'rxjs'
import type { Status } from '../../core/condition.ts'
import { type Key, kindOf } from '../../core/resource.ts'
import type { AgentForApi } from '../agent.ts'
import { lines, NDJSON } from '../ndjson.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { ordered, stateView, statusView } from '../view.ts'

const conditional = { 'if-none-match': 'A revision; 304 when the state still has it.' }
const unchanged = { 304: { about: 'The state still has the revision of If-None-Match.' } }

export const stateRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/state',
    summary: 'Everything the agent knows about the machine',
    about: 'One immutable value; its revision rises with every change and is the ETag.',
    headers: conditional,
    answers: { 200: { about: 'The state.', schema: ref('State') }, ...unchanged },
    run: (agent, request, reply) => tagged(agent, request, reply, () => stateView(agent.store.value))
  },
  {
    method: 'GET',
    path: '/v1/status',
    summary: 'How the machine stands, and what is not Ready',
    headers: conditional,
    query: { follow: { type: 'boolean', about: 'Stream: the status now, and again whenever it changes.' } },
    answers: { 200: { about: `The status; with follow a stream of ${NDJSON}.`, schema: ref('Status') }, ...unchanged },
    run(agent, request, reply) {
      const { follow } = request.query as Query
      if (follow !== true) return tagged(agent, request, reply, () => statusView(agent.store.value))
      const changes = agent.store.changes.pipe(
        throttleTime(100, undefined, { leading: true, trailing: true }),
        map(statusView),
        distinctUntilChanged((a, b) => JSON.stringify({ ...a, revision: 0 }) === JSON.stringify({ ...b, revision: 0 }))
      )
      return reply.type(NDJSON).send(lines(changes))
    }
  },
  {
    method: 'GET',
    path: '/v1/resources',
    summary: 'Every resource the document asks for',
    headers: conditional,
    query: { kind: { type: 'string', about: 'Only those of this kind.' } },
    answers: { 200: { about: 'The resources, by kind and name.', schema: ref('Resources') }, ...unchanged },
    run(agent, request, reply) {
      const { kind } = request.query as Query
      const kinds = [...agent.kinds.keys()]
      if (kind !== undefined && !kinds.some((known) => known === kind)) {
        throw new Refusal('ROS_API_NO_RESOURCE', `there is no kind '${kind}'; kinds: ${kinds.join(', ')}`)
      }
      return tagged(agent, request, reply, () => ({ items: select(agent, kind) }))
    }
  },
  {
    method: 'GET',
    path: '/v1/resources/:kind/*',
    summary: 'One resource',
    params: { kind: 'Kind of the resource.', '*': 'Its name; slashes in it stay as they are.' },
    headers: conditional,
    answers: {
      200: { about: 'The resource.', schema: ref('Resource') },
      ...unchanged,
      404: { about: 'The document does not ask for it.' }
    },
    run(agent, request, reply) {
      const { kind, '*': name } = request.params as Readonly<Record<string, string>>
      const status = agent.store.value.resources.get(`${kind}/${name}` as Key) // an unknown kind is simply not found
      if (status === undefined) {
        throw new Refusal(
          'ROS_API_NO_RESOURCE',
          `the document asks for no ${kind}/${name}; GET /v1/resources lists what it asks for`
        )
      }
      return tagged(agent, request, reply, () => status)
    }
  }
]

function select(agent: AgentForApi, kind: Query[string] | undefined): readonly Status[] {
  const all = [...agent.store.value.resources.values()]
  return ordered(kind === undefined ? all : all.filter((status) => kindOf(status.key) === kind))
}

/** The value with the state's revision as its ETag, or 304 when the asker has it. */
function tagged(agent: AgentForApi, request: FastifyRequest, reply: FastifyReply, value: () => unknown): unknown {
  const tag = `"${agent.store.value.revision}"`
  void reply.header('etag', tag)
  if (request.headers['if-none-match'] === tag) return reply.code(304).send()
  return value()
}
