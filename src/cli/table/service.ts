// The commands `ros service`.
import type { Command, Option } from '../command.ts'
import { confirm, noConfirm, wait } from './options.ts'

const timeout: Option = {
  short: 't',
  value: 'SECONDS',
  about: 'how long a container may take to end by itself (default 10)'
}

const foreground: Option = { about: 'then follow their logs' }

export const serviceCommands: readonly Command[] = [
  {
    words: ['service', 'list'],
    about: 'services, enabled or disabled',
    details: 'Those of the document, and those that repositories offer.',
    options: {
      all: { short: 'a', about: 'with those of the system itself' },
      update: { short: 'u', about: 'ask the repositories first' }
    },
    load: () => import('../commands/service-list.ts')
  },
  {
    words: ['service', 'enable'],
    args: 'NAME...',
    about: 'let services of the repositories run, now and after every boot',
    details:
      'NAME is one of `ros service list`, a file /var/lib/rancher/conf/NAME.yml or an address. The newest definition is copied, and counts from then on\nwhatever its repository says; enabled again, a service gets the newest one, and what that changes is shown.',
    options: { confirm, 'no-confirm': noConfirm, wait },
    examples: [{ line: 'ros service enable open-vm-tools --wait 120', about: 'and wait until it runs' }],
    load: () => import('../commands/service-enable.ts')
  },
  {
    words: ['service', 'disable'],
    args: 'NAME...',
    about: 'take enabled services away, and remember them as disabled',
    details: 'Their containers go; volumes and images stay.',
    options: { confirm, 'no-confirm': noConfirm, wait },
    load: () => import('../commands/service-disable.ts')
  },
  {
    words: ['service', 'delete'],
    args: 'NAME...',
    about: 'take services away, and forget that they were enabled or disabled',
    options: { confirm, 'no-confirm': noConfirm, wait },
    load: () => import('../commands/service-disable.ts')
  },
  {
    words: ['service', 'ps'],
    args: '[NAME...]',
    about: 'services and their containers',
    options: { quiet: { short: 'q', about: 'only the ids of the containers' } },
    load: () => import('../commands/service-ps.ts')
  },
  {
    words: ['service', 'logs'],
    args: '[NAME...]',
    about: "services' logs, each line after the name of its service",
    options: {
      follow: { short: 'f', about: 'go on with each new line' },
      lines: { value: 'N', about: 'at most the last N lines of each service' }
    },
    examples: [{ line: 'ros service logs -f console', about: 'follow one' }],
    load: () => import('../commands/service-logs.ts')
  },
  {
    words: ['service', 'describe'],
    args: 'NAME',
    about: 'everything about one service: its container, its definition and where each part of it is from',
    load: () => import('../commands/service-describe.ts')
  },
  {
    words: ['service', 'up'],
    args: '[NAME...]',
    about: 'let services run (default: all that are not of the system itself)',
    details:
      'What is not there is made, what is not as its definition says is made anew. Images that are here already are not pulled.',
    options: {
      'force-recreate': { about: 'make the containers anew in any case, with the images that are here now' },
      'no-recreate': { about: 'as RancherOS has it; the agent makes anew what must be, and nothing else' },
      'no-build': { about: 'as RancherOS has it; an image that is not there is built all the same' },
      foreground,
      timeout,
      wait
    },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'create'],
    args: 'NAME...',
    about: "have services' containers made without starting them",
    options: {
      'force-recreate': { about: 'as RancherOS has it; see `up`' },
      'no-recreate': { about: 'as RancherOS has it; see `up`' },
      'no-build': { about: 'as RancherOS has it; an image that is not there is built all the same' }
    },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'build'],
    args: 'NAME...',
    about: "build services' images anew from their folders",
    details:
      'For services with `build`. What runs goes on with the image it has; `ros service up --force-recreate`\nmakes its container anew.',
    options: {
      'no-cache': { about: 'make every step anew' },
      'force-rm': { about: 'remove the containers of steps also when one fails' },
      pull: { about: 'look for a newer one of the image it begins with' }
    },
    examples: [{ line: 'ros service build --pull web', about: 'with the newest of its base' }],
    load: () => import('../commands/service-build.ts')
  },
  {
    words: ['service', 'start'],
    args: 'NAME...',
    about: 'let stopped services run again',
    options: { foreground, wait },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'stop'],
    args: 'NAME...',
    about: 'stop services; they stay stopped until started or until the next boot',
    options: { timeout },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'down'],
    args: 'NAME...',
    about: 'stop services and remove their containers, until they are started or until the next boot',
    options: { timeout },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'restart'],
    args: 'NAME...',
    about: 'stop and start services',
    details:
      'For `network`: all of it is looked at and tried anew, its commands run again and leases are extended; what is as wanted stays up.',
    options: { timeout, wait },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'kill'],
    args: 'NAME...',
    about: "send a signal to services' containers",
    details: 'One that is wanted and ends by it is started again; `stop` keeps it stopped.',
    options: { signal: { short: 's', value: 'SIGNAL', about: 'name or number (default SIGKILL)' } },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'rm'],
    args: 'NAME...',
    about: 'remove the containers of services that are stopped',
    details: 'What is wanted comes back; `down`, `disable` and `delete` keep it away.',
    options: {
      force: { short: 'f', about: 'also of services that run' },
      volumes: { short: 'v', about: 'as RancherOS has it: volumes without a name always go with their container' }
    },
    load: () => import('../commands/service-change.ts')
  },
  {
    words: ['service', 'pull'],
    args: 'NAME...',
    about: "ask the registries for services' images again, and say whether there are newer ones",
    details: 'Containers that run go on with the images they have.',
    options: { 'ignore-pull-failures': { about: 'go on with the others where one fails; the exit code is 0' } },
    load: () => import('../commands/service-pull.ts')
  }
]
