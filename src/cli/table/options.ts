// Options of several commands.
import type { Option } from '../command.ts'

export const confirm: Option = {
  value: 'SECONDS',
  about:
    'go back unless `ros confirm`, or another change, comes within so many seconds over a connection and an ssh session made after this one (default: as rancher.agent.confirm says, else 120 for what may close the way you came)'
}

export const noConfirm: Option = { about: 'nothing has to be confirmed, as with --confirm 0' }

export const wait: Option = {
  value: 'SECONDS',
  about: 'wait until the machine is as the document says, at most so long; exit code 4 if it is not by then'
}
