import type { Key } from '../../core/resource.ts'
import { authorOf } from '../caller.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

export const adoptRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/adopt',
    summary: 'Make the document say what the machine has',
    about:
      'The user document is changed so that it says of one resource what is observed; nothing is done to the machine. A container of User Docker that somebody else made becomes a service. With `dryRun` nothing is written.',
    body: { 'application/json': { about: 'Which resource.', schema: ref('Adopt') } },
    answers: {
      200: { about: 'What was changed, and what could not be said.', schema: ref('Adopted') },
      409: { about: 'It can not be adopted, and why.' },
      422: { about: 'The document as a whole would not be valid; nothing was written.' }
    },
    async run(agent, request) {
      const { key, dryRun } = questionOf(request.body)
      return agent.adopt(key, dryRun, await authorOf(agent, request))
    }
  }
]

function questionOf(body: unknown): { readonly key: Key; readonly dryRun: boolean } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refused('the body is an object with `key`')
  const { key, dryRun = false, ...rest } = body as Readonly<Record<string, unknown>> // each checked below
  const [extra] = Object.keys(rest)
  if (extra !== undefined) throw refused(`unknown key '${extra}', known: key, dryRun`)
  if (typeof key !== 'string' || !/^[a-z-]+\/./.test(key)) throw refused(`key is KIND/NAME, not ${JSON.stringify(key)}`)
  if (typeof dryRun !== 'boolean') throw refused(`dryRun is true or false, not ${JSON.stringify(dryRun)}`)
  return { key: key as Key, dryRun } // whether there is such a kind is found out
}

function refused(detail: string): Refusal {
  return new Refusal('ROS_API_BAD_REQUEST', detail)
}
