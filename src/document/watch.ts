import { basename, dirname, join } from 'node:path'
import { watch } from 'chokidar'
import { Observable } from 'rxjs'
import type { DocumentPaths } from './layers.ts'

/**
 * A file counts as written when its size stood still this long: an editor that truncates and writes, or a copy over a
 * slow line, is not read half way. It is also what a save waits before anything happens: 105 ms, measured.
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
    const wanted = (path: string): boolean =>
      files.includes(path) || (layered.includes(dirname(path)) && !basename(path).startsWith('.'))
    const onTheWay = (path: string): boolean =>
      folders.some((folder) => folder === path || folder.startsWith(`${path}/`))
    const watcher = watch(folders, {
      ignoreInitial: true,
      ignorePermissionErrors: true,
      awaitWriteFinish: { stabilityThreshold: stillMs, pollInterval: stillMs / 4 },
      ignored: (path, stats) => stats !== undefined && !(stats.isDirectory() ? onTheWay(path) : wanted(path))
    })
    watcher.on('all', (event) => {
      if (event !== 'addDir') subscriber.next()
    })
    watcher.once('ready', () => subscriber.next())
    watcher.on('error', onError)
    return () => {
      watcher.close().catch(onError)
    }
  })
}
