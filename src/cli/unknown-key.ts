import type { Schema } from '../document/generate/schema.ts'
import { showPath } from '../document/path.ts'
import type { Path } from '../document/shape.ts'
import { suggest } from '../document/suggest.ts'
import { EXIT, Failure } from './failure.ts'
import { everyPath, keysBelow, partAt } from './schema-part.ts'

/** The failure for a key the schema does not have, with the keys that may be meant. */
export function unknownKey(top: Schema, path: Path): Failure {
  const meant = meantBy(top, path)
  const question = meant.length === 0 ? '' : `, did you mean ${meant.map((key) => `\`${key}\``).join(' or ')}?`
  return new Failure(EXIT.failed, `the document has no key \`${showPath(path)}\`${question}`)
}

/** A slip of the pen at the first step that leads nowhere; else the places where a key of the last name is. */
function meantBy(top: Schema, path: Path): readonly string[] {
  const known = path.findLastIndex((_, i) => partAt(top, path.slice(0, i)) !== undefined)
  const above = path.slice(0, Math.max(0, known))
  const near = suggest(
    String(path[above.length]),
    keysBelow(partAt(top, above) ?? top, top).map(([key]) => key)
  )
  if (near !== null) {
    const whole = [...above, near, ...path.slice(above.length + 1)]
    return [showPath(partAt(top, whole) === undefined ? [...above, near] : whole)]
  }
  const elsewhere = [...everyPath(top, top)].filter((one) => one.at(-1) === path.at(-1))
  return elsewhere
    .toSorted((a, b) => a.length - b.length)
    .slice(0, 3)
    .map(showPath)
}
