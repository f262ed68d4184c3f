import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { dirname, join } from 'node:path'
import { top } from './paths.ts'

export interface Accel {
  readonly accel: 'kvm' | 'tcg'
  readonly why: string
}

export interface Probe {
  readonly qemu: string
  /** QEMU's version line: a new QEMU is asked again. */
  readonly version: string
  /** Folder with vmlinuz and initrd. */
  readonly image: string
  readonly device?: string
  readonly cache?: string
  /** Milliseconds a guest may take to boot and power off. A real KVM needs less than two seconds. */
  readonly limit?: number
  readonly report?: ((line: string) => void) | undefined
}

type Remembered = Readonly<Record<string, Accel>>

/**
 * KVM where it really works. That /dev/kvm opens proves nothing (on some hosts the guest then hangs), so a guest is
 * booted whose initrd powers off at once; the answer is remembered for this kernel and this QEMU.
 */
export async function chooseAccel(probe: Probe): Promise<Accel> {
  const device = probe.device ?? '/dev/kvm'
  const unusable = whyUnusable(device)
  if (unusable !== null) return { accel: 'tcg', why: unusable }
  const cache = probe.cache ?? join(top, '.cache', 'accel.json')
  const key = `${release()} ${probe.version}`
  const known = await remembered(cache)
  const found = known[key]
  if (found !== undefined) return found
  probe.report?.('finding out whether KVM works (once)')
  const answer = await tryKvm(probe)
  await mkdir(dirname(cache), { recursive: true })
  await writeFile(`${cache}.${process.pid}`, `${JSON.stringify({ ...known, [key]: answer }, null, 2)}\n`)
  await rename(`${cache}.${process.pid}`, cache)
  return answer
}

function whyUnusable(device: string): string | null {
  try {
    accessSync(device, constants.R_OK | constants.W_OK)
    return null
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' ? `no ${device}` : `${device} may not be opened by this user (${code})`
  }
}

function tryKvm(probe: Probe): Promise<Accel> {
  const limit = probe.limit ?? 8000
  // Without -no-reboot the only way out with status 0 is power-off: a guest that crashes resets and comes round again.
  const argv = ['-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'none', '-accel', 'kvm', '-cpu', 'max']
  argv.push('-smp', '1', '-m', '256', '-kernel', join(probe.image, 'vmlinuz'), '-initrd', join(probe.image, 'initrd'))
  argv.push('-append', 'quiet loglevel=0 panic=1 rosd.probe')
  return new Promise((resolve) => {
    const child = spawn(probe.qemu, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    const timer = setTimeout(() => {
      // A guest stuck in the kernel's emulator hears nothing but SIGKILL.
      child.kill('SIGKILL')
      child.stderr.destroy()
      resolve({
        accel: 'tcg',
        why: `KVM opens, but a guest that powers off at once did not end within ${limit / 1000} s`
      })
    }, limit)
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.on('error', (error) => finish(error.message))
    child.on('close', (code, signal) => finish(code === 0 ? null : (signal ?? `exit status ${code}`)))
    const finish = (fault: string | null): void => {
      clearTimeout(timer)
      const detail = said.trim().split('\n')[0]
      if (fault === null) resolve({ accel: 'kvm', why: 'a guest booted and powered off' })
      else resolve({ accel: 'tcg', why: `KVM does not start a guest: ${detail === '' ? fault : detail}` })
    }
  })
}

async function remembered(cache: string): Promise<Remembered> {
  try {
    return JSON.parse(await readFile(cache, 'utf8')) as Remembered // our own file; a broken one is made anew
  } catch {
    return {}
  }
}
