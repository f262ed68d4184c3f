// Options of several commands.
import type { Option } from './command.ts'

export const wait: Option = {
  value: 'SECONDS',
  about: 'wait until the machine is as the document says, at most so long; exit code 4 if it is not by then'
}
