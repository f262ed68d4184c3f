import type { Io } from './io.ts'
import { EXIT, Failure } from './failure.ts'

/**
 * Opens $VISUAL, $EDITOR or vi on a file and resolves when it is closed. The editor is a process of ours, not of PID 1: the
 * agent has nothing to reap.
 */
export async function openEditor({ env, signal }: Pick<Io, 'env' | 'signal'>, file: string): Promise<void> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi'
  // As git does: the variable may hold arguments, `code --wait`.
  const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit', signal })
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, killed) => resolve(code === 0 ? '' : `ended with ${killed ?? code}`))
  })
  if (ended !== '') throw new Failure(EXIT.failed, `the editor \`${editor}\` ${ended}; $EDITOR names another`)
}
