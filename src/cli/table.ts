// Every command of `ros`.
import type { Command, Group, Option } from './command.ts'

export const groups: readonly Group[] = [
  { word: 'config', short: 'c', about: 'read and change the document of the machine' },
  { word: 'service', short: 's', about: 'the services of the document and their containers' },
  { word: 'os', about: 'the system itself' },
  { word: 'agent', about: 'the agent, PID 1' }
]

const wait: Option = {
  value: 'SECONDS',
  about: 'wait until the machine is as the document says, at most so long; exit code 4 if it is not by then'
}
const input: Option = { short: 'i', value: 'FILE', about: 'read from FILE instead of standard input' }
const force: Option = {
  short: 'f',
  about: 'at once: nothing is asked, and a document that does not validate does not refuse it'
}
const timeout: Option = {
  short: 't',
  value: 'SECONDS',
  about: 'how long a container may take to end by itself (default 10)'
}

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
      local: { about: 'plan without the agent even where there is one' }
    },
    examples: [{ line: 'ros plan -f new.yml', about: 'what would new.yml change?' }],
    load: () => import('./commands/plan.ts')
  },
  {
    words: ['get'],
    args: '[KIND[/NAME]]',
    about: 'resources of the document and whether they are Ready',
    examples: [
      { line: 'ros get', about: 'all of them' },
      { line: 'ros get sysctl', about: 'those of one kind' },
      { line: 'ros get sysctl/vm.swappiness --json', about: 'one' }
    ],
    load: () => import('./commands/get.ts')
  },
  {
    words: ['describe'],
    args: 'KIND/NAME',
    about: 'everything about one resource: conditions, what is seen, its events',
    load: () => import('./commands/describe.ts')
  },
  {
    words: ['events'],
    about: 'what happened, oldest first',
    options: {
      follow: { short: 'f', about: 'go on with each new one' },
      since: { value: 'REV', about: 'only those after event REV' }
    },
    load: () => import('./commands/events.ts')
  },
  {
    words: ['wait'],
    about: 'wait until the machine is as the document says',
    details: 'Exit code 0 when everything is settled, 4 when the time is up first.',
    options: { timeout: { short: 't', value: 'SECONDS', about: 'how long at most (default 60)' } },
    load: () => import('./commands/wait.ts')
  },
  {
    words: ['reconcile'],
    about: 'look at everything again now, and try again what failed',
    options: { wait },
    load: () => import('./commands/reconcile.ts')
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
  {
    words: ['config', 'get'],
    args: 'KEY',
    about: 'a value of the merged document',
    details:
      'A plain value is printed as it is, a list or map as YAML and an empty line. A key without a value prints an empty line; a boolean\nnobody set `false`, a list nobody set `[]`. Keys with dots in them may be quoted: rancher.sysctl."net.ipv4.ip_forward".',
    options: {
      explain: {
        about: 'every layer that sets it, or a value in it, with file, line and column, the one that counts first'
      }
    },
    examples: [{ line: 'ros config get rancher.sysctl', about: 'every kernel parameter of the document' }],
    load: () => import('./commands/config-get.ts')
  },
  {
    words: ['config', 'set'],
    args: 'KEY VALUE',
    about: 'set a value in cloud-config.yml',
    details:
      'VALUE is YAML; where the document wants text it is text. The document as a whole is checked before anything is written, comments in\nthe file stay, and the agent applies the difference. A change that waits for a reboot or restarts something is marked; a value that the\nkernel command line overrides is written, with a warning.',
    options: { wait },
    examples: [
      { line: 'ros config set rancher.sysctl.vm.swappiness 10', about: 'a kernel parameter' },
      { line: "ros config set rancher.environment '{TZ: UTC}'", about: 'a map' }
    ],
    load: () => import('./commands/config-set.ts')
  },
  {
    words: ['config', 'unset'],
    args: 'KEY',
    about: 'take a key out of cloud-config.yml',
    details:
      'What a lower layer sets shows through, and is told. To take away what a lower layer sets: `ros config set KEY null`.',
    options: { wait },
    examples: [{ line: 'ros config unset rancher.sysctl.vm.swappiness', about: 'back to what it was without it' }],
    load: () => import('./commands/config-unset.ts')
  },
  {
    words: ['config', 'merge'],
    about: 'merge a document into cloud-config.yml',
    details:
      'Maps are merged, lists and plain values replaced. The document as a whole is checked before anything is written.',
    options: { input, wait },
    examples: [{ line: 'ros config merge -i extra.yml --wait 60', about: 'and wait until it is so' }],
    load: () => import('./commands/config-merge.ts')
  },
  {
    words: ['config', 'export'],
    about: 'print the document of this machine',
    details:
      'Without --full what the image brings is left out, without --private keys and certificates. With -i, FILE is exported, and no agent is needed.',
    options: {
      output: { short: 'o', value: 'FILE', about: 'write to FILE (mode 0400)' },
      private: { short: 'p', about: 'with private keys and certificates' },
      full: { short: 'f', about: 'with what the image and the OEM partition bring' },
      input: { short: 'i', value: 'FILE', about: "FILE's document instead of the machine's; - is standard input" }
    },
    load: () => import('./commands/config-export.ts')
  },
  {
    words: ['config', 'validate'],
    about: 'check a document, without the agent',
    details: 'Every problem is printed with its place. The exit code is 1 when the document is not valid.',
    options: { input },
    examples: [
      { line: 'ros config validate -i cloud-config.yml', about: 'a file' },
      { line: 'ros config validate < cloud-config.yml', about: 'standard input' }
    ],
    load: () => import('./commands/config-validate.ts')
  },
  {
    words: ['config', 'edit'],
    about: 'edit cloud-config.yml in an editor; check, show and apply it',
    details:
      'The editor ($VISUAL, $EDITOR or vi) gets a copy. It is checked when it is saved, what it would change and do is shown, and it is\napplied when you say so, unless the file was changed meanwhile. A copy that is not applied is kept, and its place told.',
    options: { yes: { short: 'y', about: 'ask nothing: apply what is valid, give up what is not' }, wait },
    examples: [{ line: 'EDITOR="sed -i s/60/10/" ros config edit --yes', about: 'by a script' }],
    load: () => import('./commands/config-edit.ts')
  },
  {
    words: ['config', 'diff'],
    about: 'what is saved against what is in force',
    details:
      'As a rule they are the same. Exit code 1 when what is saved is refused, with every problem; what waits for a reboot is listed, too.',
    load: () => import('./commands/config-diff.ts')
  },
  {
    words: ['config', 'images'],
    about: 'images that the services of a document name, sorted, on one line',
    details: 'Of the machine, or with -i of FILE alone, without the agent.',
    options: { input: { short: 'i', value: 'FILE', about: "FILE's instead of the machine's; - is standard input" } },
    load: () => import('./commands/config-images.ts')
  },
  {
    words: ['config', 'explain'],
    args: '[KEY]',
    about: 'what a key of the document means, takes and needs',
    details:
      'Without the agent. In the place of a name people choose any will do: rancher.network.interfaces.NAME.mtu.',
    examples: [
      { line: 'ros config explain rancher.network', about: 'a section and the keys in it' },
      { line: 'ros config explain rancher.docker.bridge', about: 'one key' }
    ],
    load: () => import('./commands/config-explain.ts')
  },
  {
    words: ['config', 'schema'],
    about: "the document's JSON Schema, for editors",
    details: 'Without the agent. On a machine it lies in /usr/share/ros/cloud-config.schema.json.',
    options: { key: { value: 'KEY', about: 'only the part for KEY' } },
    load: () => import('./commands/config-schema.ts')
  },
  {
    words: ['config', 'generate'],
    about: 'a document to begin with, or a template filled in',
    details:
      'On a terminal, or with --new, prints a document of commented examples whose second line tells editors the schema. Otherwise standard\ninput is a template, filled in with the variables of the environment: {{.NAME}}, {{if .NAME}}, {{if eq "TEXT" .NAME}}, {{else}},\n{{end}}, and {{- -}} to trim. The agent is not needed.',
    options: {
      new: { about: 'a document to begin with, whatever standard input is' },
      schema: { value: 'PATH', about: 'path or URL of the schema in it (default: where it lies on a machine)' },
      input: { short: 'i', value: 'FILE', about: 'the template, instead of standard input' }
    },
    examples: [
      { line: 'ros config generate --new > cloud-config.yml', about: 'begin' },
      { line: 'VERSION=1 ros config generate < os-config.tpl.yml', about: 'fill in a template' }
    ],
    load: () => import('./commands/config-generate.ts')
  },
  {
    words: ['config', 'syslinux'],
    about: "open the boot loader's settings, /boot/global.cfg, in an editor",
    details: 'The editor is $VISUAL, $EDITOR or vi.',
    load: () => import('./commands/config-syslinux.ts')
  },
  {
    words: ['service', 'list'],
    about: 'services, enabled or disabled',
    options: { all: { short: 'a', about: 'with those of the system itself' } },
    load: () => import('./commands/service-list.ts')
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
    words: ['service', 'start'],
    args: 'NAME...',
    about: 'let stopped services run again',
    options: { wait },
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
    words: ['service', 'restart'],
    args: 'NAME...',
    about: 'stop and start services',
    options: { timeout, wait },
    load: () => import('./commands/service-change.ts')
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
