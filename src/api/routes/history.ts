import type { FastifyRequest } from 'fastify'
import type { Generation } from '../../agent/history.ts'
import type { OfferAnswer } from '../../agent/ticks.ts'
import type { Author } from '../../core/author.ts'
import { byHand } from '../../document/kept.ts'
import type { AgentForApi } from '../agent.ts'
import { authorOf, wayOf } from '../caller.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { type Applied, type GenerationView, planView, statusView } from '../view.ts'
import { converged, isSettled } from '../wait.ts'
import { confirm } from './config.ts'
import { LONGEST_WAIT, textOf } from './plan.ts'

const wait = {
  type: 'number',
  minimum: 0,
  maximum: LONGEST_WAIT,
  about: 'Seconds to wait until the machine is as the document says then.'
} as const
const applied = { 200: { about: 'In force; what is being carried out.', schema: ref('Applied') } }

export const historyRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/history',
    summary: 'Every generation that is kept',
    answers: { 200: { about: 'Oldest first.', schema: ref('History') } },
    run: (agent) => ({ items: agent.history.list() })
  },
  {
    method: 'GET',
    path: '/v1/history/diff',
    summary: 'What differs between two generations',
    query: {
      from: { type: 'integer', about: 'Number of a generation.' },
      to: { type: 'integer', about: 'Number of another; without it the newest.' }
    },
    answers: {
      200: { about: 'Value by value, secrets veiled.', schema: ref('Difference') },
      404: { about: 'One of them is not kept.' }
    },
    async run(agent, request) {
      const { from, to } = request.query as Query
      if (typeof from !== 'number')
        throw new Refusal('ROS_API_BAD_REQUEST', 'query parameter from, the number of a generation, is missing')
      const one = await find(agent, from)
      const other = typeof to === 'number' ? await find(agent, to) : (agent.history.newest ?? one)
      const changes = await agent.config.compare(one.layers, other.layers)
      return { from: one.generation, to: other.generation, changes }
    }
  },
  {
    method: 'GET',
    path: '/v1/history/:generation',
    summary: 'One generation: what it changed, its first plan, its files',
    about: "The files have their secrets: they are root's own, and only root may open the socket.",
    params: { generation: 'Its number.' },
    answers: { 200: { about: 'The generation.', schema: ref('Generation') }, 404: { about: 'It is not kept.' } },
    async run(agent, request) {
      const { generation } = request.params as Readonly<Record<string, string>>
      return viewOf(await find(agent, Number(generation)))
    }
  },
  {
    method: 'POST',
    path: '/v1/apply',
    summary: 'Make a text the user document and carry it out',
    about:
      'With `plan` only if its plan is still the one that was shown: the machine is looked at, and what is seen then is acted on. Else nothing is written.',
    query: {
      plan: { type: 'string', about: 'Hash of the plan as POST /v1/plan gave it, or its first 8 digits or more.' },
      confirm,
      wait
    },
    confirms: true,
    body: { 'application/yaml': { about: 'Text of the user document.' } },
    answers: {
      ...applied,
      409: { about: 'The plan is another now; it is `plan` of the answer.' },
      422: { about: 'The document is not valid; `errors` holds every problem.' }
    },
    async run(agent, request) {
      const { plan } = request.query as Query
      const expected = plan === undefined ? null : hashOf(String(plan))
      const text = textOf(request.body)
      const by = await authorOf(agent, request)
      const document = await agent.config.accept(text)
      const keep = () => agent.config.keep(text, by)
      const answer = await agent.loop.offer({ document, by, expected, keep })
      return settle(agent, request, answer, document.hash, by)
    }
  },
  {
    method: 'POST',
    path: '/v1/undo',
    summary: 'Go back to an earlier generation',
    about:
      'cloud-config.yml and cloud-config.d become what they were; what the machine wrote for itself stays. It is a new generation. Texts that were never accepted are kept beside cloud-config.yml.',
    query: {
      generation: { type: 'integer', about: 'Its number; without it the one before the present one.' },
      confirm,
      wait
    },
    confirms: true,
    answers: {
      ...applied,
      404: { about: 'There is none, or it is not kept.' },
      422: { about: 'What it said is not valid any more; `errors` holds every problem.' }
    },
    async run(agent, request) {
      const { generation } = request.query as Query
      const by = await authorOf(agent, request)
      const { answer, to } = await agent.restorer.undo(typeof generation === 'number' ? generation : null, by)
      return { ...(await settle(agent, request, answer, null, by)), to }
    }
  },
  {
    method: 'POST',
    path: '/v1/confirm',
    summary: 'Confirm the change that waits for it',
    about: 'Over a connection, and from an ssh session, made after the change was in force; any other proves nothing.',
    answers: {
      200: { about: 'It stays.', schema: ref('Confirmed') },
      409: { about: 'Nothing waits, or the request proves nothing.' }
    },
    run: async (agent, request) => ({ generation: await agent.trial.confirm(wayOf(agent, request)) })
  }
]

async function find(agent: AgentForApi, generation: number): Promise<Generation> {
  const entry = await agent.history.read(generation)
  if (entry !== null) return entry
  throw new Refusal(
    'ROS_API_NO_GENERATION',
    `generation ${generation} is not kept: \`ros history\` lists those that are`
  )
}

function viewOf({ layers, ...entry }: Generation): GenerationView {
  return { ...entry, files: byHand(layers).map(({ name, text }) => ({ name, text })) }
}

function hashOf(text: string): string {
  if (/^[0-9a-f]{8,64}$/.test(text)) return text
  throw new Refusal('ROS_API_BAD_REQUEST', `a plan is named by 8 to 64 hexadecimal digits, not '${text}'`)
}

/** The answer to a request that brings a document, after the wait it asks for. */
async function settle(
  agent: AgentForApi,
  request: FastifyRequest,
  answer: OfferAnswer,
  hash: string | null,
  by: Author
): Promise<Applied> {
  if (!answer.taken && answer.error !== null) throw answer.error
  const plan = planView(agent.kinds, answer.plan)
  if (!answer.taken) {
    const detail = `the machine or the document is not what it was when the plan was shown; the plan is ${plan.hash.slice(0, 12)} now, and nothing was written`
    throw new Refusal('ROS_API_OTHER_PLAN', detail, [], plan)
  }
  const { confirm } = agent.store.value
  const waits = confirm !== null && confirm.generation === answer.generation
  const trial = waits ? { seconds: confirm.seconds, back: confirm.back, path: by.path ?? null } : null
  const done = { generation: answer.generation, plan, trial }
  const { wait: seconds } = request.query as Query
  if (typeof seconds !== 'number') return done
  const state = await converged(agent.store, hash, seconds * 1000)
  return { ...done, settled: isSettled(state, hash), status: statusView(state) }
}
