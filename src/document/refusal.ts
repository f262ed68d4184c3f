import type { Complaint } from './problem.ts'

/** Why a text is not read any further; without an offset the text as a whole is to blame. */
export class Refusal extends Error {
  readonly offset: number | null
  readonly complaint: Complaint
  constructor(offset: number | null, complaint: Complaint) {
    super(complaint.message)
    this.offset = offset
    this.complaint = complaint
  }
}

/** Deeper than this nothing in the schema goes. */
export const maxDepth = 32

export const tooDeep: Complaint = {
  code: 'ROS_DOC_TOO_DEEP',
  message: 'the document is nested too deeply',
  expected: `at most ${maxDepth} levels`
}
