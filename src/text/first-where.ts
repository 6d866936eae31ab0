/**
 * The first number below `count` for which something holds that, once it holds, holds for all after it; `count` where it
 * holds for none. Asks for as many numbers as `count` has binary digits.
 */
export function firstWhere(count: number, holds: (i: number) => boolean): number {
  let from = 0;
  for (let after = count; from < after; ) {
    const middle = (from + after) >> 1;
    if (holds(middle)) after = middle;
    else from = middle + 1;
  }
  return from;
}
