import type { Service } from '../document/types.gen.ts'

/** What goes on until the next boot, where another console was enabled for that. */
export interface HeldConsole {
  /** The console that was enabled; once the document says another, nothing is held. */
  readonly enabled: string
  /** What the document said of the one that goes on. */
  readonly service: Service
}
