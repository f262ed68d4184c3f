import type { FastifyRequest } from 'fastify'
import type { Query } from '../query.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { answerOf, confirm, wait } from './config.ts'

const name = {
  type: 'string',
  about: 'A console that a repository has, `default`, or an image by its name and tag.'
} as const
const changed = {
  200: { about: 'Written, or nothing to write.', schema: ref('Changed') },
  404: { about: 'There is no such console.' },
  422: { about: 'The document as a whole would not be valid; nothing was written.' }
}

export const consoleRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/consoles',
    summary: 'The consoles that can be chosen',
    answers: { 200: { about: 'The consoles by name.', schema: ref('Consoles') } },
    run: async (agent) => ({ items: await agent.consoles.list() })
  },
  {
    method: 'POST',
    path: '/v1/consoles/switch',
    summary: 'Make another console the one people log in to',
    about:
      'Sets `rancher.console` in the user document. Where the new console fails, lets nobody in, or is not there within 15 minutes, the generation before is restored.',
    query: {
      name,
      pull: { type: 'boolean', about: 'Default true; false: refused where the image is not on the machine.' },
      confirm,
      wait
    },
    confirms: true,
    answers: changed,
    run: (agent, request, reply) =>
      answerOf(agent, request, reply, (by) =>
        agent.consoles.switchTo(nameOf(request), (request.query as Query).pull !== false, by)
      )
  },
  {
    method: 'POST',
    path: '/v1/consoles/enable',
    summary: 'Make another console the one of the next boot',
    about: 'Sets `rancher.console` in the user document. The console that runs goes on until then.',
    query: { name, confirm, wait },
    confirms: true,
    answers: changed,
    run: (agent, request, reply) => answerOf(agent, request, reply, (by) => agent.consoles.enable(nameOf(request), by))
  }
]

function nameOf({ query }: FastifyRequest): string {
  return String((query as Query).name ?? '') // of a route with this parameter
}
