// PID 1 of a test: a recovery shell on the terminal.
import { rescue } from '../../../src/init/rescue.ts'

await rescue('the state could not be mounted\nsecond line', true)
