import { openApi } from './openapi.ts'
import type { Route } from './route.ts'
import { adoptRoutes } from './routes/adopt.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { consoleRoutes } from './routes/consoles.ts'
import { configRoutes } from './routes/config.ts'
import { engineRoutes } from './routes/engines.ts'
import { eventRoutes } from './routes/events.ts'
import { historyRoutes } from './routes/history.ts'
import { logRoutes } from './routes/logs.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { networkRoutes } from './routes/network.ts'
import { pauseRoutes } from './routes/pause.ts'
import { planRoutes } from './routes/plan.ts'
import { powerRoutes } from './routes/power.ts'
import { serviceBuildRoutes } from './routes/service-build.ts'
import { serviceRoutes } from './routes/services.ts'
import { stateRoutes } from './routes/state.ts'
import { systemRoutes } from './routes/system.ts'
import { tlsRoutes } from './routes/tls.ts'
import { waitRoutes } from './routes/wait.ts'

/** Every route of the API, in the order of its documentation. */
export const routes: readonly Route[] = [
  ...stateRoutes,
  ...planRoutes,
  ...waitRoutes,
  ...pauseRoutes,
  ...adoptRoutes,
  ...configRoutes,
  ...historyRoutes,
  ...eventRoutes,
  ...networkRoutes,
  ...serviceRoutes,
  ...serviceBuildRoutes,
  ...logRoutes,
  ...tlsRoutes,
  ...catalogueRoutes,
  ...consoleRoutes,
  ...engineRoutes,
  ...powerRoutes,
  ...systemRoutes,
  ...metricsRoutes,
  {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    answers: { 200: { about: 'The document.', schema: { type: 'object' } } },
    run: (agent) => openApi(routes, agent.version)
  }
]
