// Every command of `ros`, in the order of the help and of docs/cli.md.
import type { Command, Group } from './command.ts'
import { configCommands } from './table/config.ts'
import { consoleCommands } from './table/console.ts'
import { engineCommands } from './table/engine.ts'
import { networkCommands } from './table/network.ts'
import { serviceCommands } from './table/service.ts'
import { stateCommands } from './table/state.ts'
import { systemCommands } from './table/system.ts'
import { tlsCommands } from './table/tls.ts'

export const groups: readonly Group[] = [
  { word: 'config', short: 'c', about: 'read and change the document of the machine' },
  { word: 'network', about: 'links, addresses, routes, name servers and leases' },
  { word: 'service', short: 's', about: 'the services of the document and their containers' },
  { word: 'tls', about: 'certificates of User Docker and of those who use it from elsewhere' },
  { word: 'console', about: 'what people log in to' },
  { word: 'engine', about: "User Docker's engine" },
  { word: 'os', about: 'the system itself' },
  { word: 'agent', about: 'the agent, PID 1' }
]

export const commands: readonly Command[] = [
  ...stateCommands,
  ...systemCommands,
  ...configCommands,
  ...networkCommands,
  ...serviceCommands,
  ...tlsCommands,
  ...consoleCommands,
  ...engineCommands,
  {
    words: ['os', 'version'],
    about: 'version of the system',
    load: () => import('./commands/os-version.ts')
  }
]

/** Asked by the completion scripts; not for people, so neither in help nor on the page. */
export const hidden: readonly Command[] = [
  {
    words: ['complete'],
    args: '[WORDS...]',
    about: 'what may stand at the end of the words',
    passes: true,
    load: () => import('./commands/complete.ts')
  }
]
