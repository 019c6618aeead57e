/** `1 query`, `2 queries`, `-1 query` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${Math.abs(count) === 1 ? one : many}`
}
