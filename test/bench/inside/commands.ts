// Runs on the machine: what `ros config get` takes from its start to its end, and in turn with it a Node.js that does nothing.
// Argument: how many times each. Prints milliseconds as JSON.
import { spawnSync } from 'node:child_process'

const [times = 0] = process.argv.slice(2).map(Number)

function timed(argv: readonly string[]): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - began
}

const took = { node: [] as number[], ros: [] as number[] }
for (let i = 0; i <= times; i++) {
  const node = timed(['node', '-e', '0'])
  const ros = timed(['ros', 'config', 'get', 'hostname'])
  // The first time fills the page cache.
  if (i === 0) continue
  took.node.push(node)
  took.ros.push(ros)
}
process.stdout.write(JSON.stringify(took))
