import fc from 'fast-check'

/**
 * A property that fails is made smaller until this time is over: the report is then the smallest counterexample so far, and not
 * that the test took too long.
 */
// A plugin would be installed once more for each test file of a worker.
// eslint-disable-next-line @typescript-eslint/no-deprecated
fc.configureGlobal({ interruptAfterTimeLimit: 90_000 })
