// PID 1 of a test: tells the power requests it hears.
import { powerSignals } from '../../../src/init/signals.ts'

const subscription = powerSignals().subscribe((request) => console.log(`heard ${JSON.stringify(request)}`))
console.log('listening')
setInterval(() => {}, 1000)
process.on('SIGWINCH', () => {
  subscription.unsubscribe()
  process.exit(process.listenerCount('SIGTERM'))
})
