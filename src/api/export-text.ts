import type { Document } from '../document/document.ts'
import { exportData } from '../document/export.ts'
import { toYaml } from '../document/format.ts'

/** A document as another machine could have it, with the first line other tools know it by. */
export function exportText(document: Document, options: { readonly private: boolean; readonly full: boolean }): string {
  const data = exportData(document, options)
  return Object.keys(data).length === 0 ? '#cloud-config\n' : `#cloud-config\n${toYaml(data)}`
}
