import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { watch } from 'chokidar'
import { Observable } from 'rxjs'
import type { DocumentPaths } from './layers.ts'

/**
 * A file counts as written when its size stood still this long: an editor that truncates and writes, or a copy over a
 * slow line, is not read half way. A file that was renamed into its place is whole and waits for nothing.
 */
const stillMs = 100

/**
 * Ticks when a layer may have changed, and once when it begins to hear, for what was written between reading and that
 * would be missed; what changed is not said, all layers are read again. Folders that do not exist
 * yet are waited for. The image's and the OEM's documents are not watched: they cannot change while the machine runs.
 * An error of the watcher is logged by whoever passes `onError` and ends nothing.
 */
export function watchDocument(paths: DocumentPaths, onError: (error: unknown) => void = () => {}): Observable<void> {
  return new Observable((subscriber) => {
    const at = (path: string): string => join(paths.root, path)
    const folders = [
      ...new Set([at(dirname(paths.user)), at(dirname(paths.machine)), at(paths.conf), at(paths.leases)])
    ]
    const files = [at(paths.user), at(paths.machine), at(paths.metadata)]
    const layered = [at(paths.conf), at(paths.leases)]
    // A `depth` would count from the closest folder that exists, so what lies beside the layers is ignored by name.
    const visible = (path: string) => !basename(path).startsWith('.')
    // Beside the user document lie definitions that it may name.
    const besideUser = (path: string) => dirname(path) === dirname(at(paths.user)) && path.endsWith('.yml')
    const wanted = (path: string): boolean =>
      files.includes(path) || (visible(path) && (layered.includes(dirname(path)) || besideUser(path)))
    const onTheWay = (path: string): boolean =>
      folders.some((folder) => folder === path || folder.startsWith(`${path}/`))
    const watcher = watch(folders, {
      ignoreInitial: true,
      ignorePermissionErrors: true,
      awaitWriteFinish: { stabilityThreshold: stillMs, pollInterval: stillMs / 4 },
      ignored: (path, stats) => stats !== undefined && !(stats.isDirectory() ? onTheWay(path) : wanted(path))
    })
    /** Stamps of files that were told of before they stood still. */
    const told = new Map<string, string>()
    const tellWhole = async (path: string): Promise<void> => {
      const stamp = await stampOfWhole(path)
      if (stamp === null || told.get(path) === stamp) return
      told.set(path, stamp)
      subscriber.next()
    }
    watcher.on('raw', (_event, name, details) => {
      // Of a folder `name` is what lies in it, of a file its own name.
      const { watchedPath } = details as { readonly watchedPath: string } // what chokidar adds to fs.watch
      for (const path of new Set([watchedPath, join(watchedPath, name ?? '')])) if (wanted(path)) void tellWhole(path)
    })
    const tellStill = async (path: string): Promise<void> => {
      const stamp = told.get(path)
      told.delete(path)
      if (stamp === undefined || stamp !== (await stampOfWhole(path))) subscriber.next()
    }
    watcher.on('all', (event, path) => {
      if (event !== 'addDir') void tellStill(path)
    })
    watcher.once('ready', () => subscriber.next())
    watcher.on('error', onError)
    return () => {
      watcher.close().catch(onError)
    }
  })
}

/**
 * What tells one state of a file from another; null while it may be half written. A rename changes the file's own entry
 * (ctime) after its bytes (mtime) were written; writing changes both at once.
 */
async function stampOfWhole(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  if (found === null || !found.isFile() || found.size === 0n || found.ctimeNs <= found.mtimeNs) return null
  return `${found.ino} ${found.ctimeNs} ${found.size}`
}
