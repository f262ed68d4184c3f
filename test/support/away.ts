// An engine that is not there.
import { NEVER } from 'rxjs'
import type { Docker } from '../../src/host/ports.ts'

const refused = async (): Promise<never> => {
  throw new Error('connect ECONNREFUSED')
}

export const away: Pick<Docker, 'ping' | 'containers' | 'images' | 'events'> = {
  ping: async () => null,
  containers: refused,
  images: refused,
  events: () => NEVER
}
