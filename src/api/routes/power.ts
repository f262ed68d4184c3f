import type { AgentForApi, PowerRequest } from '../agent.ts'
import type { Problem } from '../../document/problem.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

const ACTIONS = ['reboot', 'poweroff', 'halt'] as const

export const powerRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/power',
    summary: 'Reboot, power off or halt the machine',
    about:
      'Answers when the request is accepted. User containers, User Docker, system services and System Docker are stopped in that order.',
    body: { 'application/json': { about: 'What to do; `delaySeconds` from now.', schema: ref('Power') } },
    answers: {
      202: { about: 'It will happen.', schema: ref('Accepted') },
      409: { about: 'The newest document is not valid, and the request is not forced.' }
    },
    async run(agent, request, reply) {
      const power = powerOf(request.body)
      if (!power.force) checkDocument(agent)
      await agent.power(power)
      return reply.code(202).send({ accepted: true })
    }
  },
  {
    method: 'POST',
    path: '/v1/restart',
    summary: 'Start the agent anew',
    about:
      'Engines and containers run on. With `fault` the agent ends as after an error of its own; the third such end within a minute gives a recovery shell instead.',
    body: { 'application/json': { about: 'How; an empty object is a plain restart.', schema: ref('Restart') } },
    answers: { 202: { about: 'It will happen.', schema: ref('Accepted') } },
    async run(agent, request, reply) {
      await agent.restart(faultOf(request.body))
      return reply.code(202).send({ accepted: true })
    }
  }
]

function faultOf(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw refused('the body is an object')
  const { fault = false, ...rest } = body as Readonly<Record<string, unknown>>
  const [extra] = Object.keys(rest)
  if (extra !== undefined) throw refused(`unknown key '${extra}', known: fault`)
  if (typeof fault !== 'boolean') throw refused(`fault is true or false, not ${JSON.stringify(fault)}`)
  return fault
}

/** The next boot would have to do with what can be saved of a document that is refused now; RancherOS refused, too. */
function checkDocument({ store }: AgentForApi): void {
  const { complaint, problems } = store.value.document
  if (complaint === '') return
  const detail = 'the newest document is not valid, and the machine would boot without it: mend it, or use -f (force)'
  throw new Refusal('ROS_API_BAD_DOCUMENT', detail, problems as readonly Problem[]) // as src/agent/readings.ts made them
}

function powerOf(body: unknown): PowerRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refused('the body is an object with `action`')
  const { action, force = false, delaySeconds = 0, ...rest } = body as Readonly<Record<string, unknown>>
  const known = ACTIONS.find((word) => word === action)
  if (known === undefined) throw refused(`action is one of ${ACTIONS.join(', ')}, not ${JSON.stringify(action)}`)
  if (typeof force !== 'boolean') throw refused(`force is true or false, not ${JSON.stringify(force)}`)
  if (typeof delaySeconds !== 'number' || !Number.isInteger(delaySeconds) || delaySeconds < 0) {
    throw refused(`delaySeconds is a whole number from 0, not ${JSON.stringify(delaySeconds)}`)
  }
  const [extra] = Object.keys(rest)
  if (extra !== undefined) throw refused(`unknown key '${extra}', known: action, force, delaySeconds`)
  return { action: known, force, delaySeconds }
}

function refused(detail: string): Refusal {
  return new Refusal('ROS_API_BAD_REQUEST', detail)
}
