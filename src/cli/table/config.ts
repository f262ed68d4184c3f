// The commands `ros config`.
import type { Command, Option } from '../command.ts'
import { confirm, noConfirm, wait } from './options.ts'

const input: Option = { short: 'i', value: 'FILE', about: 'read from FILE instead of standard input' }

export const configCommands: readonly Command[] = [
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
    load: () => import('../commands/config-get.ts')
  },
  {
    words: ['config', 'set'],
    args: 'KEY VALUE',
    about: 'set a value in cloud-config.yml',
    details:
      'VALUE is YAML; where the document wants text it is text. The document as a whole is checked before anything is written, comments in\nthe file stay, and the agent applies the difference. A change that waits for a reboot or restarts something is marked; a value that the\nkernel command line overrides is written, with a warning.',
    options: { confirm, 'no-confirm': noConfirm, wait },
    examples: [
      { line: 'ros config set rancher.sysctl.vm.swappiness 10', about: 'a kernel parameter' },
      { line: "ros config set rancher.environment '{TZ: UTC}'", about: 'a map' }
    ],
    load: () => import('../commands/config-set.ts')
  },
  {
    words: ['config', 'unset'],
    args: 'KEY',
    about: 'take a key out of cloud-config.yml',
    details:
      'What a lower layer sets shows through, and is told. To take away what a lower layer sets: `ros config set KEY null`.',
    options: { confirm, 'no-confirm': noConfirm, wait },
    examples: [{ line: 'ros config unset rancher.sysctl.vm.swappiness', about: 'back to what it was without it' }],
    load: () => import('../commands/config-unset.ts')
  },
  {
    words: ['config', 'merge'],
    about: 'merge a document into cloud-config.yml',
    details:
      'Maps are merged, lists and plain values replaced. The document as a whole is checked before anything is written.',
    options: { input, confirm, 'no-confirm': noConfirm, wait },
    examples: [{ line: 'ros config merge -i extra.yml --wait 60', about: 'and wait until it is so' }],
    load: () => import('../commands/config-merge.ts')
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
    load: () => import('../commands/config-export.ts')
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
    load: () => import('../commands/config-validate.ts')
  },
  {
    words: ['config', 'edit'],
    about: 'edit cloud-config.yml in an editor; check, show and apply it',
    details:
      'The editor ($VISUAL, $EDITOR or vi) gets a copy. It is checked when it is saved, what it would change and do is shown, and it is\napplied when you say so, unless the file was changed meanwhile. A copy that is not applied is kept, and its place told.',
    options: {
      yes: { short: 'y', about: 'ask nothing: apply what is valid, give up what is not' },
      confirm,
      'no-confirm': noConfirm,
      wait
    },
    examples: [{ line: 'EDITOR="sed -i s/60/10/" ros config edit --yes', about: 'by a script' }],
    load: () => import('../commands/config-edit.ts')
  },
  {
    words: ['config', 'diff'],
    about: 'what is saved against what is in force',
    details:
      'As a rule they are the same. Exit code 1 when what is saved is refused, with every problem; what waits for a reboot is listed, too.',
    load: () => import('../commands/config-diff.ts')
  },
  {
    words: ['config', 'images'],
    about: 'images that the services of a document name, sorted, on one line',
    details: 'Of the machine, or with -i of FILE alone, without the agent.',
    options: { input: { short: 'i', value: 'FILE', about: "FILE's instead of the machine's; - is standard input" } },
    load: () => import('../commands/config-images.ts')
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
    load: () => import('../commands/config-explain.ts')
  },
  {
    words: ['config', 'schema'],
    about: "the document's JSON Schema, for editors",
    details: 'Without the agent. On a machine it lies in /usr/share/ros/cloud-config.schema.json.',
    options: { key: { value: 'KEY', about: 'only the part for KEY' } },
    load: () => import('../commands/config-schema.ts')
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
    load: () => import('../commands/config-generate.ts')
  },
  {
    words: ['config', 'syslinux'],
    about: "open the boot loader's settings, /boot/global.cfg, in an editor",
    details: 'The editor is $VISUAL, $EDITOR or vi.',
    load: () => import('../commands/config-syslinux.ts')
  }
]
