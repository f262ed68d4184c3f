// Who or what brought a document, and on what terms. Pure.
import type { OperatorPath } from './operator-path.ts'

export interface Author {
  readonly how: 'boot' | 'file' | 'api' | 'undo' | 'rollback'
  /** For people: `rancher on pts/0 from 10.0.2.2: ros config set hostname`; of files their names; empty: nobody is known. */
  readonly who: string
  /** `undo of 7`; empty where there is nothing to say. */
  readonly why: string
  /** The generation whose files it repeats. */
  readonly repeats?: number
  /** Seconds within which a fresh connection has to confirm it, whatever it changes; absent: as the document says. */
  readonly confirm?: number
  /** What has to be Ready in time, whatever the document says of the rest; else the generation before is restored. */
  readonly proves?: { readonly seconds: number; readonly keys: readonly string[] }
  /** Over what the session came in which it was typed; absent: it came over no network. */
  readonly path?: OperatorPath
}

/** The sentence of an author, for tables and events. */
export function showAuthor({ how, who, why }: Author): string {
  const name = who === '' ? HOW[how] : how === 'file' ? `edited ${who}` : who
  return why === '' ? name : who === '' ? why : `${name} (${why})`
}

const HOW: Readonly<Record<Author['how'], string>> = {
  boot: 'a boot',
  file: 'an edited file',
  api: 'a request',
  undo: 'an undo',
  rollback: 'the agent'
}
