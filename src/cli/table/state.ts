// What the machine is like, what is to be done about it and what has become of it: words of their own.
import type { Command } from '../command.ts'
import { confirm, noConfirm, wait } from './options.ts'

export const stateCommands: readonly Command[] = [
  {
    words: ['status'],
    about: 'how the machine stands, and what is not Ready',
    details:
      'The exit code is 0 when it is Ready, 1 while it is Progressing, 2 when it is Degraded or its newest document was refused.',
    options: { watch: { short: 'w', about: 'go on and show every change, and the progress of image loads and pulls' } },
    examples: [{ line: 'ros status || echo not there yet', about: 'in a script' }],
    load: () => import('../commands/status.ts')
  },
  {
    words: ['plan'],
    about: 'what the agent would do now, or would do for another document',
    details:
      'Changes nothing. Where no agent runs, FILE alone is planned for this machine, read-only and without root; kinds that can\nnot be looked at are listed with the reason.',
    options: {
      file: {
        short: 'f',
        value: 'FILE',
        about: "plan for FILE in the place of the machine's cloud-config.yml; - is standard input"
      },
      diff: { about: 'each field that changes, with what it is and what it becomes; secrets are left out' },
      local: { about: 'plan without the agent even where there is one' }
    },
    examples: [{ line: 'ros plan -f new.yml --diff', about: 'what would new.yml change, field by field?' }],
    load: () => import('../commands/plan.ts')
  },
  {
    words: ['apply'],
    about: 'make a file the cloud-config.yml of the machine and carry it out',
    details:
      'With --plan only if its plan is still the one `ros plan -f FILE` showed: else the plan as it is now is printed, nothing is written,\nand the exit code is 1.',
    options: {
      file: { short: 'f', value: 'FILE', about: 'the document; - is standard input' },
      plan: { value: 'HASH', about: 'the plan it must have, or the first 8 digits of it or more' },
      confirm,
      'no-confirm': noConfirm,
      wait
    },
    examples: [
      { line: 'ros plan -f new.yml', about: 'what would it do? The last line names the plan' },
      { line: 'ros apply -f new.yml --plan 3fa9c1d27b60', about: 'that, and nothing else' },
      { line: 'ros apply -f new.yml --confirm 120', about: 'a change that may cut you off' }
    ],
    load: () => import('../commands/apply.ts')
  },
  {
    words: ['confirm'],
    about: 'keep a change that waits to be confirmed',
    details:
      'It counts over a connection, and in an ssh session, made after the change: only these prove that you can still get in. Any other\ncommand that changes something counts, too.',
    load: () => import('../commands/confirm.ts')
  },
  {
    words: ['undo'],
    args: '[GENERATION]',
    about: 'go back to an earlier generation of the document',
    details:
      'Without GENERATION to the one before the present one; a second undo goes back one more. cloud-config.yml and cloud-config.d become what\nthey were, keys and certificates the machine made for itself stay. Nothing you wrote is lost: what was accepted is in `ros history`, what\nwas not is kept beside cloud-config.yml.',
    options: { confirm, 'no-confirm': noConfirm, wait },
    examples: [
      { line: 'ros undo', about: 'the last change' },
      { line: 'ros undo 7', about: 'back to, or forward to, generation 7' }
    ],
    load: () => import('../commands/undo.ts')
  },
  {
    words: ['history'],
    args: '[show|diff] [GENERATION] [OTHER]',
    about: 'the generations of the document, who brought each and what became of it',
    details:
      'A * marks the one in force. `show` prints one of them: changes, first plan and files. `diff` prints what differs between two, value by\nvalue; without OTHER the second is the newest.',
    options: { text: { about: 'with diff: the files line by line, secrets included' } },
    examples: [
      { line: 'ros history', about: 'all that are kept, the newest first' },
      { line: 'ros history diff 5 7', about: 'what changed from 5 to 7' }
    ],
    load: () => import('../commands/history.ts')
  },
  {
    words: ['get'],
    args: '[KIND[/NAME]]',
    about: 'resources of the document and whether they are Ready',
    details: '`ros get machine` shows the conditions of the machine as a whole.',
    examples: [
      { line: 'ros get', about: 'all of them' },
      { line: 'ros get machine', about: 'the machine: is it Ready, Paused, waiting for a reboot?' },
      { line: 'ros get sysctl', about: 'those of one kind' },
      { line: 'ros get sysctl/vm.swappiness --json', about: 'one' }
    ],
    load: () => import('../commands/get.ts')
  },
  {
    words: ['describe'],
    args: 'KIND/NAME',
    about: 'everything about one resource: conditions, what is seen, its events',
    details: '`ros describe machine` does so for the machine as a whole.',
    load: () => import('../commands/describe.ts')
  },
  {
    words: ['events'],
    about: 'what happened, oldest first',
    details:
      'Events are numbered across restarts of the agent and boots; the newest 1024 are kept. When some of those after REV are gone the\ncommand says so and fails.',
    options: {
      follow: { short: 'f', about: 'go on with each new one' },
      since: {
        value: 'WHEN',
        about: 'only those after event number WHEN, of the last 5m, or since 2026-01-31T12:00:00Z'
      }
    },
    examples: [{ line: 'ros events -f --since 10m', about: 'of the last ten minutes, and each new one' }],
    load: () => import('../commands/events.ts')
  },
  {
    words: ['logs'],
    args: '[LOG...]',
    about: 'the logs of the system and of its services, in the order of their times',
    details:
      'LOG is a service of either engine, agent, boot, bootcmd, kernel, network-hooks, runcmd, syslog or system-docker; without one all of them\nare told. The log of User Docker is that of the service docker.',
    options: {
      follow: { short: 'f', about: 'begin with the last 10 lines and go on with each new one' },
      since: { value: 'WHEN', about: 'only lines of the last 5m, or since 2026-01-31T12:00:00Z' },
      lines: { value: 'N', about: 'at most the last N lines of those that are there' }
    },
    examples: [
      { line: 'ros logs --since 10m', about: 'what everything said in the last ten minutes' },
      { line: 'ros logs -f docker kernel', about: 'follow two' }
    ],
    load: () => import('../commands/logs.ts')
  },
  {
    words: ['wait'],
    about: 'wait until the machine is as the document says, or for conditions',
    details:
      'GOALS is condition=TYPE of the machine, condition=TYPE=KIND/NAME of a resource, either with =false behind it, or\ndelete=KIND/NAME; several are parted by commas. Exit code 0 when all of it is so, 4 when the time is up first.',
    options: {
      for: { value: 'GOALS', about: 'what to wait for (default: that everything is settled)' },
      timeout: { short: 't', value: 'TIME', about: 'how long at most: seconds, or like 30s and 5m (default 60)' }
    },
    examples: [
      { line: 'ros wait --for=condition=Ready=container/user/web --timeout 5m', about: 'until one service runs' },
      {
        line: 'ros wait --for=condition=Paused=false,condition=Ready',
        about: 'until nothing is held up and all is well'
      }
    ],
    load: () => import('../commands/wait.ts')
  },
  {
    words: ['reconcile'],
    about: 'look at everything again now, and try again what failed',
    options: { wait },
    load: () => import('../commands/reconcile.ts')
  },
  {
    words: ['adopt'],
    args: 'KIND/NAME',
    about: 'write what the machine has of a resource into the document',
    details:
      'Nothing is done to the machine. What is not there goes out of the document, for addresses, routes, mounts and swap areas. A\ncontainer of User Docker that somebody else made becomes a service; what our keys can not say of it is listed.',
    options: { 'dry-run': { about: 'show what would be written' } },
    examples: [
      { line: 'ros adopt sysctl/vm.swappiness', about: 'keep what somebody has set by hand' },
      { line: 'ros adopt container/user/web --dry-run', about: 'the container web as a service' }
    ],
    load: () => import('../commands/adopt.ts')
  },
  {
    words: ['pause'],
    args: '[REASON...]',
    about: 'look and report, but change nothing, until resumed',
    details:
      'What is under way comes to its end; documents are accepted and applied afterwards. A pause outlives the agent and ends with a\nreboot.',
    options: { for: { value: 'TIME', about: 'end by itself after this time: 30m, 2h (default: only by ros resume)' } },
    examples: [{ line: 'ros pause --for 30m new disk', about: 'for half an hour, and everybody sees why' }],
    load: () => import('../commands/pause.ts')
  },
  {
    words: ['resume'],
    about: 'go on after a pause',
    load: () => import('../commands/resume.ts')
  },
  {
    words: ['env'],
    args: 'COMMAND [ARGS...]',
    about: 'run a command with the environment of rancher.environment',
    details: 'Variables that are set already win. Everything after COMMAND is passed on to it.',
    passes: true,
    examples: [{ line: 'ros env wget -q http://example.com', about: 'with the proxy of the document' }],
    load: () => import('../commands/env.ts')
  }
]
