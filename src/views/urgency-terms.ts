/** The terms with one decimal. They add up to the sum beside them: the largest takes what rounding left over. */
export function termsText(terms: { priority: number; sla: number; age: number; sum: number }): string {
  const tenths = {
    sum: Math.round(terms.sum * 10),
    sla: Math.round(terms.sla * 10),
    age: Math.round(terms.age * 10),
  }
  const text = (value: number) => (value / 10).toFixed(1)
  const priority = text(tenths.sum - tenths.sla - tenths.age)
  return `${text(tenths.sum)} = priority ${priority} + SLA ${text(tenths.sla)} + age ${text(tenths.age)}`
}
