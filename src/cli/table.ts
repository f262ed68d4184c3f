// Every command of `ros`. Longer than most files here: one table, whose order is that of the help and of docs/cli.md.
import type { Command, Group, Option } from './command.ts'
import { configCommands } from './config-table.ts'
import { confirm, noConfirm, wait } from './shared-options.ts'

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

const force: Option = {
  short: 'f',
  about: 'at once: nothing is asked, and a document that does not validate does not refuse it'
}
const timeout: Option = {
  short: 't',
  value: 'SECONDS',
  about: 'how long a container may take to end by itself (default 10)'
}

const foreground: Option = { about: 'then follow their logs' }

const power = {
  force,
  halt: { short: 'H', about: 'halt: stop, but leave the power on' },
  poweroff: { short: 'P', about: 'power off' },
  reboot: { short: 'r', about: 'reboot' }
} as const satisfies Readonly<Record<string, Option>>

export const commands: readonly Command[] = [
  {
    words: ['status'],
    about: 'how the machine stands, and what is not Ready',
    details:
      'The exit code is 0 when it is Ready, 1 while it is Progressing, 2 when it is Degraded or its newest document was refused.',
    options: { watch: { short: 'w', about: 'go on and show every change, and the progress of image loads and pulls' } },
    examples: [{ line: 'ros status || echo not there yet', about: 'in a script' }],
    load: () => import('./commands/status.ts')
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
    load: () => import('./commands/plan.ts')
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
    load: () => import('./commands/apply.ts')
  },
  {
    words: ['confirm'],
    about: 'keep a change that waits to be confirmed',
    details:
      'It counts over a connection, and in an ssh session, made after the change: only these prove that you can still get in. Any other\ncommand that changes something counts, too.',
    load: () => import('./commands/confirm.ts')
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
    load: () => import('./commands/undo.ts')
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
    load: () => import('./commands/history.ts')
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
    load: () => import('./commands/get.ts')
  },
  {
    words: ['describe'],
    args: 'KIND/NAME',
    about: 'everything about one resource: conditions, what is seen, its events',
    details: '`ros describe machine` does so for the machine as a whole.',
    load: () => import('./commands/describe.ts')
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
    load: () => import('./commands/events.ts')
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
    load: () => import('./commands/logs.ts')
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
    load: () => import('./commands/wait.ts')
  },
  {
    words: ['reconcile'],
    about: 'look at everything again now, and try again what failed',
    options: { wait },
    load: () => import('./commands/reconcile.ts')
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
    load: () => import('./commands/adopt.ts')
  },
  {
    words: ['pause'],
    args: '[REASON...]',
    about: 'look and report, but change nothing, until resumed',
    details:
      'What is under way comes to its end; documents are accepted and applied afterwards. A pause outlives the agent and ends with a\nreboot.',
    options: { for: { value: 'TIME', about: 'end by itself after this time: 30m, 2h (default: only by ros resume)' } },
    examples: [{ line: 'ros pause --for 30m new disk', about: 'for half an hour, and everybody sees why' }],
    load: () => import('./commands/pause.ts')
  },
  {
    words: ['resume'],
    about: 'go on after a pause',
    load: () => import('./commands/resume.ts')
  },
  {
    words: ['env'],
    args: 'COMMAND [ARGS...]',
    about: 'run a command with the environment of rancher.environment',
    details: 'Variables that are set already win. Everything after COMMAND is passed on to it.',
    passes: true,
    examples: [{ line: 'ros env wget -q http://example.com', about: 'with the proxy of the document' }],
    load: () => import('./commands/env.ts')
  },
  {
    words: ['agent', 'restart'],
    about: 'start the agent anew; engines and containers run on',
    details: 'The third --fault within a minute gives a recovery shell on the console.',
    options: { fault: { about: 'by way of an error nobody catches, to see that the agent survives it' } },
    load: () => import('./commands/agent-restart.ts')
  },
  {
    words: ['reboot'],
    args: '[TIME]',
    about: 'reboot the machine',
    details: 'TIME is `now` or `+0`.',
    options: power,
    load: () => import('./commands/power.ts')
  },
  {
    words: ['poweroff'],
    args: '[TIME]',
    about: 'power the machine off',
    details: 'TIME is `now` or `+0`.',
    options: power,
    load: () => import('./commands/power.ts')
  },
  {
    words: ['halt'],
    args: '[TIME]',
    about: 'halt the machine and leave the power on',
    details: 'TIME is `now` or `+0`.',
    options: power,
    load: () => import('./commands/power.ts')
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
    load: () => import('./commands/power.ts')
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
    load: () => import('./commands/preload.ts')
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
    load: () => import('./commands/wait-for-docker.ts')
  },
  {
    words: ['version'],
    about: 'version of this command and of the agent',
    load: () => import('./commands/version.ts')
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
    load: () => import('./commands/completion.ts')
  },
  ...configCommands,
  {
    words: ['network', 'status'],
    args: '[LINK]',
    about: 'links, addresses, routes, name servers and leases, and where each comes from',
    details:
      'An address or route comes from the document, from DHCP, from a router (RA), from the kernel or from others. What is not as wanted is\nlisted last.',
    examples: [{ line: 'ros network status eth0', about: 'one link and what it carries' }],
    load: () => import('./commands/network-status.ts')
  },
  {
    words: ['network', 'explain'],
    args: 'LINK',
    about: 'which entry of rancher.network.interfaces a link gets, and why',
    details:
      'With the entries that lost, every layer that sets one of its keys, and what follows from it. Of a link that is not there: which entry\nwould take it.',
    examples: [{ line: 'ros network explain eth0', about: 'why is eth0 set up as it is?' }],
    load: () => import('./commands/network-explain.ts')
  },
  {
    words: ['network', 'plan'],
    about: 'what the agent would do to the network, and whether that is on the way you came',
    details: 'Changes nothing. The last line is about the ssh session it is typed in.',
    options: {
      file: {
        short: 'f',
        value: 'FILE',
        about: "plan for FILE in the place of the machine's cloud-config.yml; - is standard input"
      },
      diff: { about: 'each field that changes, with what it is and what it becomes; secrets are left out' }
    },
    examples: [{ line: 'ros network plan -f new.yml', about: 'what would new.yml do to the network?' }],
    load: () => import('./commands/network-plan.ts')
  },
  {
    words: ['service', 'list'],
    about: 'services, enabled or disabled',
    details: 'Those of the document, and those that repositories offer.',
    options: {
      all: { short: 'a', about: 'with those of the system itself' },
      update: { short: 'u', about: 'ask the repositories first' }
    },
    load: () => import('./commands/service-list.ts')
  },
  {
    words: ['service', 'enable'],
    args: 'NAME...',
    about: 'let services of the repositories run, now and after every boot',
    details:
      'NAME is one of `ros service list`, a file /var/lib/rancher/conf/NAME.yml or an address. The newest definition is copied, and counts from then on\nwhatever its repository says; enabled again, a service gets the newest one, and what that changes is shown.',
    options: { confirm, 'no-confirm': noConfirm, wait },
    examples: [{ line: 'ros service enable open-vm-tools --wait 120', about: 'and wait until it runs' }],
    load: () => import('./commands/service-enable.ts')
  },
  {
    words: ['service', 'disable'],
    args: 'NAME...',
    about: 'take enabled services away, and remember them as disabled',
    details: 'Their containers go; volumes and images stay.',
    options: { confirm, 'no-confirm': noConfirm, wait },
    load: () => import('./commands/service-disable.ts')
  },
  {
    words: ['service', 'delete'],
    args: 'NAME...',
    about: 'take services away, and forget that they were enabled or disabled',
    options: { confirm, 'no-confirm': noConfirm, wait },
    load: () => import('./commands/service-disable.ts')
  },
  {
    words: ['service', 'ps'],
    args: '[NAME...]',
    about: 'services and their containers',
    options: { quiet: { short: 'q', about: 'only the ids of the containers' } },
    load: () => import('./commands/service-ps.ts')
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
    load: () => import('./commands/service-logs.ts')
  },
  {
    words: ['service', 'describe'],
    args: 'NAME',
    about: 'everything about one service: its container, its definition and where each part of it is from',
    load: () => import('./commands/service-describe.ts')
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
    load: () => import('./commands/service-change.ts')
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
    load: () => import('./commands/service-change.ts')
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
    load: () => import('./commands/service-build.ts')
  },
  {
    words: ['service', 'start'],
    args: 'NAME...',
    about: 'let stopped services run again',
    options: { foreground, wait },
    load: () => import('./commands/service-change.ts')
  },
  {
    words: ['service', 'stop'],
    args: 'NAME...',
    about: 'stop services; they stay stopped until started or until the next boot',
    options: { timeout },
    load: () => import('./commands/service-change.ts')
  },
  {
    words: ['service', 'down'],
    args: 'NAME...',
    about: 'stop services and remove their containers, until they are started or until the next boot',
    options: { timeout },
    load: () => import('./commands/service-change.ts')
  },
  {
    words: ['service', 'restart'],
    args: 'NAME...',
    about: 'stop and start services',
    details:
      'For `network`: all of it is looked at and tried anew, its commands run again and leases are extended; what is as wanted stays up.',
    options: { timeout, wait },
    load: () => import('./commands/service-change.ts')
  },
  {
    words: ['service', 'kill'],
    args: 'NAME...',
    about: "send a signal to services' containers",
    details: 'One that is wanted and ends by it is started again; `stop` keeps it stopped.',
    options: { signal: { short: 's', value: 'SIGNAL', about: 'name or number (default SIGKILL)' } },
    load: () => import('./commands/service-change.ts')
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
    load: () => import('./commands/service-change.ts')
  },
  {
    words: ['service', 'pull'],
    args: 'NAME...',
    about: "ask the registries for services' images again, and say whether there are newer ones",
    details: 'Containers that run go on with the images they have.',
    options: { 'ignore-pull-failures': { about: 'go on with the others where one fails; the exit code is 0' } },
    load: () => import('./commands/service-pull.ts')
  },
  {
    words: ['tls', 'generate'],
    short: 'gen',
    about: 'make a certificate for a client of User Docker, or with -s for User Docker itself',
    details:
      "Without -s a client's keys are written to /home/rancher/.docker, from where docker --tlsverify takes them. The authority that signs both is\nmade once and kept in machine.yml, or is rancher.docker.ca_cert and ca_key. With rancher.docker.tls on, User Docker starts anew by itself\nunder its containers when its certificate changes.\nA client's certificate where it was written on this machine is made anew thirty days before its end, for the same key; `ros events` says\nso, for copies elsewhere have to be copied again. One of another machine's engine, and a folder that only the console has, is left alone.",
    options: {
      server: { short: 's', about: "User Docker's certificate; it is kept in machine.yml, and renewed by the agent" },
      hostname: {
        short: 'H',
        value: 'NAME',
        many: true,
        about: 'with -s: a name or address it is called by; may be given several times; localhost always counts'
      },
      dir: { short: 'd', value: 'PATH', about: 'write the keys there (with -s only if given)' }
    },
    examples: [
      { line: 'ros tls generate -s -H docker.example.org -H 192.168.1.5', about: 'for the machine' },
      { line: 'ros tls generate -d ./keys', about: 'for somebody who may use it' }
    ],
    load: () => import('./commands/tls-generate.ts')
  },
  {
    words: ['console', 'list'],
    about: 'consoles: current, enabled for the next boot, or disabled',
    options: { update: { short: 'u', about: 'ask the repositories first for what they have now' } },
    load: () => import('./commands/console-list.ts')
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
    load: () => import('./commands/console-switch.ts')
  },
  {
    words: ['console', 'enable'],
    args: 'NAME',
    about: 'make another console the one of the next boot',
    options: { wait },
    load: () => import('./commands/console-enable.ts')
  },
  {
    words: ['engine', 'list'],
    about: "engines that can be User Docker's",
    details:
      '`current` runs, `enabled` is what the document asks for, `disabled` all others. Engines beside User Docker come last: `enabled` runs.',
    options: { update: { short: 'u', about: 'ask the repositories first' } },
    load: () => import('./commands/engine-list.ts')
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
    load: () => import('./commands/engine-switch.ts')
  },
  {
    words: ['engine', 'enable'],
    args: 'NAME',
    about: 'run another engine from the next boot on',
    load: () => import('./commands/engine-switch.ts')
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
    load: () => import('./commands/engine-create.ts')
  },
  {
    words: ['engine', 'rm'],
    args: 'NAME',
    about: 'take away an engine beside User Docker, with its containers, images and volumes',
    options: {
      force: { short: 'f', about: 'ask nothing' },
      timeout: { short: 't', value: 'SECONDS', about: 'for its containers to end (default 10)' }
    },
    load: () => import('./commands/engine-rm.ts')
  },
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
