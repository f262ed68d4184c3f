import { session } from './session.ts'

// `npm run vm -- FLAGS`: one machine as the flags say.
await session(process.argv.slice(2))
