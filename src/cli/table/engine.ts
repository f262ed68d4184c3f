// The commands `ros engine`.
import type { Command } from '../command.ts'

export const engineCommands: readonly Command[] = [
  {
    words: ['engine', 'list'],
    about: "engines that can be User Docker's",
    details:
      '`current` runs, `enabled` is what the document asks for, `disabled` all others. Engines beside User Docker come last: `enabled` runs.',
    options: { update: { short: 'u', about: 'ask the repositories first' } },
    load: () => import('../commands/engine-list.ts')
  },
  {
    words: ['engine', 'switch'],
    args: 'NAME',
    about: 'run another engine now',
    details:
      "The user's containers stop, and those with a restart policy start again; images and volumes stay. Where the new engine does not answer,\nor does not know what the old one had, all is as before, and the exit code is 1.",
    options: {
      force: { short: 'f', about: 'ask nothing' },
      'no-pull': { about: 'accepted as RancherOS did: an image that is here is not fetched again' }
    },
    examples: [{ line: 'ros engine switch docker-20.10', about: 'and `ros engine switch default` back' }],
    load: () => import('../commands/engine-switch.ts')
  },
  {
    words: ['engine', 'enable'],
    args: 'NAME',
    about: 'run another engine from the next boot on',
    load: () => import('../commands/engine-switch.ts')
  },
  {
    words: ['engine', 'create'],
    args: 'NAME',
    about: 'make an engine beside User Docker',
    details:
      'It has containers, images, volumes and a network of its own, and is the service docker-NAME of the document. `docker-NAME` is `docker` for it.',
    options: {
      version: { short: 'v', value: 'ENGINE', about: 'an engine of `ros engine list` (default: the one in the image)' },
      network: { value: 'CIDR', about: 'its network (default: one of 172.30.0.0/16 that is free)' },
      'fixed-ip': { value: 'IP', about: 'its address there (default: the second)' }
    },
    examples: [{ line: 'ros engine create ci --network 10.40.0.0/24', about: 'then `docker-ci run …`' }],
    load: () => import('../commands/engine-create.ts')
  },
  {
    words: ['engine', 'rm'],
    args: 'NAME',
    about: 'take away an engine beside User Docker, with its containers, images and volumes',
    options: {
      force: { short: 'f', about: 'ask nothing' },
      timeout: { short: 't', value: 'SECONDS', about: 'for its containers to end (default 10)' }
    },
    load: () => import('../commands/engine-rm.ts')
  }
]
