import { isSettled } from '../wait.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { planView, statusView } from '../view.ts'

/** Seconds a request may wait for the machine to settle. */
export const LONGEST_WAIT = 3600

export const planRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/plan',
    summary: 'What the loop would do now',
    about: 'The machine is looked at anew; nothing is changed. What actions write is left out, for it may be secret.',
    answers: { 200: { about: 'The plan; no actions: nothing to do.', schema: ref('Plan') } },
    run: async (agent) => planView(agent.kinds, await agent.loop.plan())
  },
  {
    method: 'POST',
    path: '/v1/plan',
    summary: 'What the loop would do for another user document',
    body: { 'application/yaml': { about: 'Text of a user document, put in the place of the present one.' } },
    answers: {
      200: { about: 'The plan.', schema: ref('Plan') },
      422: { about: 'The document is not valid; `errors` holds every problem.' }
    },
    async run(agent, request) {
      return planView(agent.kinds, await agent.loop.plan(await agent.config.accept(textOf(request.body))))
    }
  },
  {
    method: 'POST',
    path: '/v1/reconcile',
    summary: 'Look at everything again, now',
    about: 'Failures are forgiven: what rests after one is tried at once.',
    query: {
      wait: {
        type: 'number',
        minimum: 0,
        maximum: LONGEST_WAIT,
        about: 'Seconds to wait until the machine is as the document says; default 0.'
      }
    },
    answers: { 200: { about: 'How it stands at the end of the wait.', schema: ref('Reconciled') } },
    async run(agent, request) {
      const { wait } = request.query as Query
      if (typeof wait !== 'number' || wait === 0) {
        agent.loop.tick()
        return { settled: false, status: statusView(agent.store.value) }
      }
      const state = await agent.loop.reconcile(wait * 1000)
      return { settled: isSettled(state, null), status: statusView(state) }
    }
  }
]

/** A body that must be text. */
export function textOf(body: unknown): string {
  if (typeof body === 'string') return body
  throw new Refusal('ROS_API_BAD_REQUEST', 'the body is the text of a document, as application/yaml')
}
