// Which generation an undo goes back to. Pure.

export interface Step {
  readonly generation: number
  /** The generation whose files it repeats, itself none that repeats. */
  readonly repeats?: number
}

/**
 * The generation before the present one, as people count: what an undo or a rollback made stands where the one stands whose
 * files it repeats, so undoing twice goes back two. null: there is none.
 */
export function before(steps: readonly Step[], present: Step): Step | null {
  const at = originOf(present)
  const older = steps.filter(({ generation }) => generation < at).toSorted((a, b) => b.generation - a.generation)
  return older[0] ?? null
}

/** The generation whose files these are. */
export function originOf({ generation, repeats }: Step): number {
  return repeats ?? generation
}
