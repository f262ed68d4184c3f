// The agent, the power of the machine and what belongs to no group.
import type { Command, Option } from '../command.ts'

const force: Option = {
  short: 'f',
  about: 'at once: nothing is asked, and a document that does not validate does not refuse it'
}

const power = {
  force,
  halt: { short: 'H', about: 'halt: stop, but leave the power on' },
  poweroff: { short: 'P', about: 'power off' },
  reboot: { short: 'r', about: 'reboot' }
} as const satisfies Readonly<Record<string, Option>>

export const systemCommands: readonly Command[] = [
  {
    words: ['agent', 'restart'],
    about: 'start the agent anew; engines and containers run on',
    details: 'The third --fault within a minute gives a recovery shell on the console.',
    options: { fault: { about: 'by way of an error nobody catches, to see that the agent survives it' } },
    load: () => import('../commands/agent-restart.ts')
  },
  {
    words: ['reboot'],
    args: '[TIME]',
    about: 'reboot the machine',
    details: 'TIME is `now` or `+0`.',
    options: power,
    load: () => import('../commands/power.ts')
  },
  {
    words: ['poweroff'],
    args: '[TIME]',
    about: 'power the machine off',
    details: 'TIME is `now` or `+0`.',
    options: power,
    load: () => import('../commands/power.ts')
  },
  {
    words: ['halt'],
    args: '[TIME]',
    about: 'halt the machine and leave the power on',
    details: 'TIME is `now` or `+0`.',
    options: power,
    load: () => import('../commands/power.ts')
  },
  {
    words: ['shutdown'],
    args: '[TIME]',
    about: 'power the machine off, or reboot or halt it',
    details: 'TIME is `now` or `+0`.',
    options: { ...power, 'power-off': { short: 'h', about: 'power off, or halt with -H' } },
    examples: [
      { line: 'shutdown -h now', about: 'power off' },
      { line: 'shutdown -r now', about: 'reboot' }
    ],
    load: () => import('../commands/power.ts')
  },
  {
    words: ['preload'],
    args: 'FILE|IMAGE...',
    about: 'put images where the next boot and the engines find them',
    details:
      'FILE is what `docker save` wrote, plain or packed; it is read through before it counts. IMAGE is one that the engine has. The agent loads what\nlies there, at once and once: `ros get preload` shows whether it is in, and what is damaged.',
    options: {
      system: { short: 's', about: 'for System Docker in the place of User Docker' },
      to: { value: 'FOLDER', about: 'another folder, such as one of a disk for another machine' },
      docker: { value: 'PATH', about: 'the socket of the engine that has IMAGE' }
    },
    examples: [
      { line: 'ros preload /media/usb/web.tar.gz', about: 'an archive from elsewhere' },
      { line: 'ros preload nginx:1.27 --to /mnt/disk/preload', about: 'an image of this machine for another' }
    ],
    load: () => import('../commands/preload.ts')
  },
  {
    words: ['wait-for-docker'],
    about: 'wait until User Docker answers',
    options: {
      timeout: {
        short: 't',
        value: 'SECONDS',
        about: 'how long at most (default: for ever); exit code 4 when it is up'
      },
      docker: { value: 'PATH', about: "the engine's socket (default /var/run/docker.sock)" }
    },
    load: () => import('../commands/wait-for-docker.ts')
  },
  {
    words: ['version'],
    about: 'version of this command and of the agent',
    load: () => import('../commands/version.ts')
  },
  {
    words: ['completion'],
    args: 'SHELL',
    about: 'a completion script; SHELL is bash, fish or zsh',
    details:
      'Commands, options, keys of the document and their values are completed without the agent, names of services and resources where it\nanswers.',
    examples: [
      { line: 'source <(ros completion bash)', about: 'in this shell; zsh likewise' },
      { line: 'ros completion fish | source', about: 'in fish' }
    ],
    load: () => import('../commands/completion.ts')
  }
]
