// The commands `ros console`.
import type { Command } from '../command.ts'
import { confirm, wait } from './options.ts'

export const consoleCommands: readonly Command[] = [
  {
    words: ['console', 'list'],
    about: 'consoles: current, enabled for the next boot, or disabled',
    options: { update: { short: 'u', about: 'ask the repositories first for what they have now' } },
    load: () => import('../commands/console-list.ts')
  },
  {
    words: ['console', 'switch'],
    args: 'NAME',
    about: 'make another console the one people log in to',
    details:
      'NAME is a console of a repository, `default`, or an image by its name and tag. Its image is pulled while the present console runs on;\nthen that one ends, and its sessions with it. Containers of people go on. Where nobody could log in to the new one, the present one and\nthe document as it is now come back.',
    options: {
      force: { short: 'f', about: 'ask nothing' },
      'no-pull': { about: 'refuse where the image is not on the machine' },
      confirm,
      wait
    },
    examples: [
      { line: 'ros console switch debian', about: 'one of a repository' },
      { line: 'ros console switch -f alpine:3.22 --wait 300', about: 'any image; show the pull' }
    ],
    load: () => import('../commands/console-switch.ts')
  },
  {
    words: ['console', 'enable'],
    args: 'NAME',
    about: 'make another console the one of the next boot',
    options: { wait },
    load: () => import('../commands/console-enable.ts')
  }
]
