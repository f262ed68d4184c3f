// Runs in a network namespace of its own: makes what the arguments say, and prints what both ways of looking find.
import { knowsMarks, linuxNetwork } from '../../../../src/host/linux/ip.ts'
import { networkLooker } from '../../../../src/host/linux/network-look.ts'
import { run } from '../../../../src/host/linux/spawn.ts'

await run(['ip', '-batch', '-'], { input: process.argv.slice(2).join('\n') })
const marks = knowsMarks((await run(['ip', '-V'])).stdout)
process.stdout.write(JSON.stringify({ marks, kernel: networkLooker()(), ip: await linuxNetwork(run).look() }))
