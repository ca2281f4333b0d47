/** The texts among what may be a list, or anything that a file holds. */
export function textsOf(data: unknown): string[] {
  return Array.isArray(data) ? data.filter(one => typeof one === 'string') : [];
}
