// Prepares this machine: Debian packages by name and npm packages from the lock file. Runs under the machine's own
// Node.js (20 or newer), before anything is installed, so it is plain JavaScript and imports nothing but node: modules.
// It notices when a step is done and skips it; a finished set-up costs two file reads and one dpkg-query.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const top = join(here, '..', '..')
const quiet = process.argv.includes('--quiet')
const npmOnly = process.argv.includes('--npm-only')

const packages = [
  ...JSON.parse(readFileSync(join(here, 'debian-packages.json'), 'utf8')),
  ...process.argv.filter((word) => word.startsWith('--with=')).flatMap((word) => word.slice(7).split(','))
]

if (!npmOnly) installDebian()
installNpm()

function installDebian() {
  const missing = packages.filter((name) => !installed().has(name))
  if (missing.length === 0) return
  if (!existsSync('/usr/bin/apt-get')) {
    fail(`this machine has no apt-get; install these packages by hand: ${missing.join(' ')}`)
  }
  say(`installing Debian packages: ${missing.join(' ')}`)
  const root = process.getuid?.() === 0 ? [] : ['sudo']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // A new machine's package lists may be older than the archive: fetch them first, once.
  run([...root, 'apt-get', '-qq', 'update'], env)
  run([...root, 'apt-get', '-qq', '-y', '--no-install-recommends', 'install', ...missing], env)
}

function installed() {
  const out = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Abbrev}\n', ...packages], {
    encoding: 'utf8'
  })
  return new Set(
    (out.stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' ii '))
      .map((line) => line.split(' ')[0])
  )
}

function installNpm() {
  const lock = createHash('sha256')
    .update(readFileSync(join(top, 'package-lock.json')))
    .digest('hex')
  const stamp = join(top, 'node_modules', '.rosd-setup')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('installing npm packages from package-lock.json')
  // Nothing we use needs an install script: native parts lie in the packages.
  run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], process.env)
  writeFileSync(stamp, lock)
}

function run(argv, env) {
  try {
    execFileSync(argv[0], argv.slice(1), {
      cwd: top,
      env,
      stdio: quiet ? ['ignore', 'ignore', 'inherit'] : ['ignore', 2, 2]
    })
  } catch (error) {
    fail(`${argv.join(' ')}: ${error.message}`)
  }
}

function say(line) {
  if (!quiet) process.stderr.write(`set-up: ${line}\n`)
}

function fail(line) {
  process.stderr.write(`set-up failed: ${line}\n`)
  process.exit(1)
}
