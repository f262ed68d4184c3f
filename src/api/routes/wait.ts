import { type Goal, missing, parseGoal } from '../goal.ts'
import type { Query } from '../query.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { statusView } from '../view.ts'
import { converged, isSettled, reached } from '../wait.ts'
import { LONGEST_WAIT } from './plan.ts'

const seconds = { type: 'number', minimum: 0, maximum: LONGEST_WAIT, about: 'How long; default 60.' } as const

export const waitRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/wait',
    summary: 'Wait until the machine is as the document says',
    about: 'Nothing is set in motion; see POST /v1/reconcile for that.',
    query: { seconds },
    answers: { 200: { about: 'How it stands when settled or at the end of the time.', schema: ref('Reconciled') } },
    async run(agent, request) {
      const { seconds: limit = 60 } = request.query as Query
      const state = await converged(agent.store, null, Number(limit) * 1000)
      return { settled: isSettled(state, null), status: statusView(state) }
    }
  },
  {
    method: 'GET',
    path: '/v1/wait-for',
    summary: 'Wait for conditions of the machine or of resources',
    about:
      '`condition=Ready` is of the machine, `condition=Ready=KIND/NAME` of a resource; with `=false` behind it until it is no more. `delete=KIND/NAME`: until it is neither wanted nor there. Several are waited for at the same time. Nothing is set in motion.',
    query: { for: { type: 'string', about: 'What is waited for, one per line.' }, seconds },
    answers: { 200: { about: 'Whether all is as waited for, and what is not.', schema: ref('Waited') } },
    async run(agent, request) {
      const { for: asked = '', seconds: limit = 60 } = request.query as Query
      const goals: readonly Goal[] = String(asked).split('\n').map(parseGoal)
      const state = await reached(agent.store, goals, Number(limit) * 1000)
      const open = goals.flatMap((goal) => missing(state, goal) ?? [])
      return { met: open.length === 0, open, status: statusView(state) }
    }
  }
]
