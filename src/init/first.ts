// The entry point imports this before anything else, so that an error while the rest is loaded is already caught. As
// recovery shell nothing else of the agent is needed, and nothing else must be able to stop it.
import { installFatal } from './fatal.ts'
import { isInNamespaces } from './namespaces.ts'
import { restartOf } from './reexec.ts'

const restart = restartOf(process.env)

/** True when this run is the recovery shell: the entry point must do nothing more. */
export const recovering: boolean = process.pid === 1 && restart.why === 'recovery'

if (process.pid === 1) installFatal()
if (recovering) void import('./rescue.ts').then(({ rescue }) => rescue(restart.reason, isInNamespaces(process.env)))
