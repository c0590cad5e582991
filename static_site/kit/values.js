/** Small things that browsers of 2021 do not bring along. */

export const last = (list) => list[list.length - 1];

/** The items by key, in the order in which keys first occur. @returns {Map<any, any[]>} */
export function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

/** Of what JSON can say. */
export const copyOf = (value) => JSON.parse(JSON.stringify(value));

/** Instead of an answer that did not come: `.catch(nothing)`. @returns {null} */
export const nothing = () => null;

/** A signal that ends a request which takes longer. */
export function within(milliseconds) {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), milliseconds);
  return stop.signal;
}
