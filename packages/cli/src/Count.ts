/** `1 line`, `2 lines`. */
export const of = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
