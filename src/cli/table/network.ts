// The commands `ros network`.
import type { Command } from '../command.ts'

export const networkCommands: readonly Command[] = [
  {
    words: ['network', 'status'],
    args: '[LINK]',
    about: 'links, addresses, routes, name servers and leases, and where each comes from',
    details:
      'An address or route comes from the document, from DHCP, from a router (RA), from the kernel or from others. What is not as wanted is\nlisted last.',
    examples: [{ line: 'ros network status eth0', about: 'one link and what it carries' }],
    load: () => import('../commands/network-status.ts')
  },
  {
    words: ['network', 'explain'],
    args: 'LINK',
    about: 'which entry of rancher.network.interfaces a link gets, and why',
    details:
      'With the entries that lost, every layer that sets one of its keys, and what follows from it. Of a link that is not there: which entry\nwould take it.',
    examples: [{ line: 'ros network explain eth0', about: 'why is eth0 set up as it is?' }],
    load: () => import('../commands/network-explain.ts')
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
    load: () => import('../commands/network-plan.ts')
  }
]
