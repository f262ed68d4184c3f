import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

export const systemRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/version',
    summary: 'Version of the system',
    answers: { 200: { about: 'The version.', schema: ref('Version') } },
    run: (agent) => ({ version: `v${agent.version}`, image: `rosd/os:v${agent.version}`, node: process.versions.node })
  }
]
