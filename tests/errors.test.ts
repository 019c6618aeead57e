import { describe, expect, test } from 'vitest'
import { required } from '../src/errors.js'

describe('a required value', () => {
  test.each([[''], [0], [false], ['Shop']])('%j is returned', (value) => {
    expect(required(value, 'the name of a project')).toBe(value)
  })

  test.each([[null], [undefined]])('%j is an internal error that names what is missing', (value) => {
    expect(() => required(value, 'the name of a project')).toThrow(
      new Error('missing: the name of a project'),
    )
  })
})
