import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

/** Milliseconds a person waits for repositories. */
const PATIENCE = 60_000

export const catalogueRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/catalogue',
    summary: 'Services, consoles and engines that can be asked for by name',
    about: 'What the repositories offer, as far as it is on this machine, and what the document names besides.',
    answers: { 200: { about: 'By section and name.', schema: ref('Catalogue') } },
    run: (agent) => agent.catalogue.list()
  },
  {
    method: 'POST',
    path: '/v1/catalogue/refresh',
    summary: 'Ask every repository for what it has now',
    about: 'What can not be had stays as it is; `error` says why. No definition that counts is changed by it.',
    answers: { 200: { about: 'The catalogue as it is then.', schema: ref('Catalogue') } },
    async run(agent) {
      await agent.catalogue.refresh(AbortSignal.timeout(PATIENCE))
      return agent.catalogue.list()
    }
  }
]
