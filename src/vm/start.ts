import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { vmFolder } from './paths.ts'
import { session } from './session.ts'

/** Whoever starts the machine owns it: the console on the terminal asks for no password (and there is none). */
const LOGIN = 'rancher.autologin=ttyS0'

// `npm start`: the machine for trying things out. Its state stays in .vm from one start to the next; every flag of
// `npm run vm` may be given too.
await mkdir(vmFolder, { recursive: true })
await session(process.argv.slice(2), (options) => ({
  ...options,
  append: [LOGIN, options.append ?? ''].join(' ').trim(),
  ...(options.kind === 'qemu' && (options.disks ?? []).length === 0
    ? { disks: [`${join(vmFolder, 'state.img')}:4G`] }
    : {})
}))
