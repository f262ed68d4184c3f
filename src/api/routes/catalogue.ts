import { SECTIONS, type Section } from '../../repository/index.ts'
import { authorOf } from '../caller.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { statusView } from '../view.ts'
import { converged, isSettled } from '../wait.ts'
import { wait } from './config.ts'

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
  },
  {
    method: 'POST',
    path: '/v1/catalogue/pin',
    summary: 'Copy the newest definitions of some names, before the document names them',
    about:
      'What the document names already comes into force as the copies have it. Nothing is copied where one of the names is refused.',
    query: { wait },
    confirms: true,
    body: { 'application/json': { about: 'Of one section; of consoles and engines one name.', schema: ref('Pin') } },
    answers: {
      200: { about: 'The copies.', schema: ref('Pinned') },
      404: { about: 'No repository has one of the names.' },
      422: { about: 'A definition is not valid.' }
    },
    async run(agent, request) {
      const { section, names } = wishOf(request.body)
      const { wait: seconds } = request.query as Query
      const by = await authorOf(agent, request)
      const { documentHash, ...done } = await agent.pinning.pin(section, names, by, AbortSignal.timeout(PATIENCE))
      if (typeof seconds !== 'number') return done
      const state = await converged(agent.store, documentHash, seconds * 1000)
      return { ...done, settled: isSettled(state, documentHash), status: statusView(state) }
    }
  }
]

function wishOf(body: unknown): { readonly section: Section; readonly names: readonly string[] } {
  const { section, names } = (body ?? {}) as Readonly<Record<string, unknown>> // both checked below
  const known = SECTIONS.find((one) => one === section)
  const many = Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : []
  if (known !== undefined && (known === 'services' ? many.length > 0 : many.length === 1))
    return { section: known, names: many }
  const message =
    'the body is an object with `section` (services, consoles or engines) and `names`, of consoles and engines one'
  throw new Refusal('ROS_API_BAD_REQUEST', message)
}
