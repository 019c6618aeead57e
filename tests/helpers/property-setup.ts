import fc from 'fast-check'

/**
 * A property that fails is made smaller until this time is over: the report is then the smallest counterexample so far, and not
 * that the test took too long.
 */
fc.configureGlobal({ interruptAfterTimeLimit: 90_000 })
