import type { Route } from '../route.ts'
import { Refusal } from '../refusal.ts'
import { ref } from '../schemas.ts'

/** Seconds; 30 days. */
const LONGEST = 2_592_000

export const pauseRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/pause',
    summary: 'Look and report, and do nothing, until it is resumed',
    about:
      'What is under way comes to its end. Documents are accepted meanwhile and applied afterwards. It outlives a new start of the agent, and ends with a reboot. Power requests are obeyed.',
    body: {
      'application/json': { about: 'Why, and for how long; without `seconds` without an end.', schema: ref('Pause') }
    },
    answers: { 200: { about: 'It is paused.', schema: ref('Paused') } },
    async run(agent, request) {
      const { reason, seconds } = pauseOf(request.body)
      return { paused: await agent.pause.pause(reason, seconds) }
    }
  },
  {
    method: 'POST',
    path: '/v1/resume',
    summary: 'Go on after a pause',
    answers: { 200: { about: 'Whether it was paused.', schema: ref('Resumed') } },
    run: async (agent) => ({ resumed: await agent.pause.resume() })
  }
]

function pauseOf(body: unknown): { readonly reason: string; readonly seconds: number | null } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw refused('the body is an object')
  const { reason = '', seconds = null, ...rest } = body as Readonly<Record<string, unknown>> // each checked below
  const [extra] = Object.keys(rest)
  if (extra !== undefined) throw refused(`unknown key '${extra}', known: reason, seconds`)
  if (typeof reason !== 'string' || reason.length > 200 || /\p{Cc}/u.test(reason))
    throw refused('reason is one line of at most 200 letters')
  if (seconds === null) return { reason, seconds }
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > LONGEST)
    throw refused(`seconds is a number above 0, at most ${LONGEST} (30 days), not ${JSON.stringify(seconds)}`)
  return { reason, seconds }
}

function refused(detail: string): Refusal {
  return new Refusal('ROS_API_BAD_REQUEST', detail)
}
