/** The latest of the moments, of which there is at least one. */
export function latest(moments: readonly Date[]): Date {
  return new Date(Math.max(...moments.map((moment) => moment.getTime())))
}
