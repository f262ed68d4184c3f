import { CONTENT_TYPE } from '../../agent/exposition.ts'
import type { Route } from '../route.ts'

export const metricsRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    about:
      'In the text format of Prometheus, 0.0.4. With `rancher.metrics.listen` the same is served over TCP, and nothing else there.',
    answers: { 200: { about: 'The figures.', type: CONTENT_TYPE, schema: { type: 'string' } } },
    run: async (agent, _request, reply) => reply.type(CONTENT_TYPE).send(await agent.metrics())
  }
]
