const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * Raised figures as text. After a figure or a unit they are an exponent, and stay apart from the number before them;
 * after anything else they are the mark of a note, which is no part of the sentence.
 *
 * @param before The text they follow.
 */
export function raisedFigures(figures: string, before: string): string {
  const isExponent = /(?:\d|\b[kcmd]?m)$/.test(before);
  return isExponent ? figures.replace(/\d/g, (digit) => RAISED.charAt(Number(digit))) : '';
}
