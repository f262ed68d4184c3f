import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { run } from './command.ts'
import { top as sources } from './paths.ts'

/** Where the programs begin; the agent's is composed at its start, the command's parses its words. */
export interface Entries {
  readonly agent: string
  readonly ros: string
}

/** What was bundled. */
export interface Bundle {
  readonly directory: string
  /** Files that belong into the image, relative to `directory`. */
  readonly files: readonly string[]
  /** npm package -> version, of all that ended in a bundle. */
  readonly packages: ReadonlyMap<string, string>
}

/**
 * What is not reached in rosd but would be loaded: dockerode's ssh and BuildKit transports, fastify's run-time schema
 * compilers. Without them the agent starts in half the time and needs 20 MB less.
 */
const absent = [
  'ssh2',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'protobufjs',
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler'
]

/** koffi finds its native part by `import.meta.url`, which CommonJS lacks: the native part stands for the package. */
const alias = { koffi: '@koromix/koffi-linux-x64/linux_x64/koffi.node' }

/** rxjs as ES modules, of which only what is used is bundled: a quarter of what `ros plan` has to load. */
const rxjs = 'node_modules/rxjs/dist/esm/index.js'

/** Set while the image is built: the agent's bundle then loads its packages, so that their code is cached, and ends. */
export const warmVariable = 'ROSD_WARM_CACHE'

const launcher = `'use strict'
require('node:module').enableCompileCache({ directory: __dirname + '/cache', portable: true })
require('./agent-main.cjs')
`

/** @returns the entry points of this checkout */
export function entriesOf(top: string): Entries {
  return { agent: join(top, 'src/main.ts'), ros: join(top, 'src/cli/main.ts') }
}

/**
 * Bundles agent and command as CommonJS: an ES module bundle would load undici for `node:http`'s sake.
 * @param top the checkout: npm packages are found from there
 * @param out directory for the files, emptied first
 * @throws if an entry point is missing or esbuild finds an error
 */
export async function writeBundle(top: string, entries: Entries, out: string): Promise<Bundle> {
  for (const path of Object.values(entries)) {
    if (!existsSync(path)) throw new Error(`${relative(top, path)} is missing: it is where a bundle begins`)
  }
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const versions = new Map<string, string>()
  const agent = `
    if (process.env.${warmVariable}) { ${dependencies(top)
      .map((name) => `require(${JSON.stringify(name)})`)
      .join('; ')} }
    else require(${JSON.stringify(entries.agent)})`
  const made = await Promise.all([
    bundle(top, out, 'agent-main', { contents: agent, resolveDir: top, loader: 'js' }),
    bundle(top, out, 'ros', { contents: `require(${JSON.stringify(entries.ros)})`, resolveDir: top, loader: 'js' })
  ])
  for (const metafile of made) for (const [name, version] of packagesIn(top, metafile)) versions.set(name, version)
  writeFileSync(join(out, 'agent.cjs'), launcher)
  const files = [
    'agent.cjs',
    'agent-main.cjs',
    'ros.cjs',
    ...(existsSync(join(out, 'koffi.node')) ? ['koffi.node'] : [])
  ]
  return { directory: out, files, packages: new Map([...versions].toSorted(([a], [b]) => (a < b ? -1 : 1))) }
}

/** The flags the machine's agent runs with. V8 takes no code that was compiled under others. */
export function agentFlags(): string[] {
  return readFileSync(join(sources, 'rootfs/usr/lib/rosd/node-flags'), 'utf8').trim().split(' ')
}

/**
 * Runs the bundled agent once with the image's Node.js, only far enough to load its packages, and keeps the compiled code
 * beside it: the machine's agent then starts without compiling.
 *
 * The bytes hold the path the script was run by and depend on V8's random seed, so both are fixed; neither that path nor
 * the seed is part of the key that Node.js checks, and a portable cache is found by relative path.
 * @returns the new file, relative to the bundle's directory
 */
export function fillCompileCache(bundle: Bundle, node: string): string {
  const main = '/proc/self/cwd/agent.cjs'
  const flags = [...agentFlags(), '--random-seed=1', '--preserve-symlinks', '--preserve-symlinks-main']
  // A cache that the environment asks for would be filled in place of ours.
  const env = { [warmVariable]: '1', NODE_OPTIONS: undefined, NODE_COMPILE_CACHE: undefined }
  run([node, ...flags, main], { cwd: bundle.directory, env })
  const cache = join(bundle.directory, 'cache')
  const [made] = existsSync(cache) ? readdirSync(cache) : []
  if (made === undefined) throw new Error(`Node.js left no compile cache in ${cache}`)
  // The last part of the name is the user's id; the machine's agent is root.
  const rooted = made.replace(/-\d+$/, '-0')
  if (rooted !== made) renameSync(join(cache, made), join(cache, rooted))
  const [file] = readdirSync(join(cache, rooted))
  return join('cache', rooted, file ?? '')
}

/** Copies the files of a bundle that belong into the image. */
export function copyBundle(bundle: Bundle, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const file of bundle.files) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    copyFileSync(join(bundle.directory, file), join(to, file))
    chmodSync(join(to, file), 0o644)
  }
}

interface Stdin {
  readonly contents: string
  readonly resolveDir: string
  readonly loader: 'js'
}

async function bundle(top: string, out: string, name: string, stdin: Stdin): Promise<Metafile> {
  const { metafile } = await build({
    stdin: { ...stdin, sourcefile: `${name}.js` },
    absWorkingDir: top,
    outfile: join(out, `${name}.cjs`),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    keepNames: true,
    sourcemap: 'external',
    legalComments: 'none',
    lineLimit: 200, // Node shows the line an uncaught error was thrown from: it should fit on a console
    alias: { ...alias, rxjs: join(top, rxjs) },
    plugins: [leaveOut],
    loader: { '.node': 'copy' },
    assetNames: '[name]',
    metafile: true,
    logLevel: 'silent'
  })
  return metafile
}

/** Loading what is left out is free; using anything of it says which package is missing. */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup(plugin) {
    plugin.onResolve({ filter: /./ }, ({ path }) => (absent.includes(path) ? { path, namespace: 'absent' } : undefined))
    plugin.onLoad({ filter: /./, namespace: 'absent' }, ({ path }) => ({
      contents: `const absent = (path) => new Proxy(function () {}, {
        get: (_, key) => typeof key === 'symbol' || key === '__esModule' ? undefined : absent(path + '.' + key),
        apply: () => fail(path),
        construct: () => fail(path)
      })
      function fail(path) { throw new Error(path + ' is used, but is left out of the bundle (src/image/bundle.ts)') }
      module.exports = absent(${JSON.stringify(path)})`
    }))
  }
}

function dependencies(top: string): string[] {
  const said: unknown = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  const found = typeof said === 'object' && said !== null && 'dependencies' in said ? said.dependencies : {}
  return Object.keys(found ?? {})
}

function packagesIn(top: string, metafile: Metafile): Map<string, string> {
  const found = new Map<string, string>()
  for (const path of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path)
    if (match?.[1] === undefined || match[2] === undefined) continue
    const file = join(top, match[1], 'package.json')
    if (!existsSync(file)) continue
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    found.set(match[2], version)
  }
  return found
}
