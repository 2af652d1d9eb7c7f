/**
 * A list for a manifest; undefined without members. The API server drops empty lists, so that `kubectl apply`
 * would find a difference each time that it looks.
 */
export function unlessEmpty<Member>(list: readonly Member[]): Member[] | undefined {
  return list.length === 0 ? undefined : [...list];
}
