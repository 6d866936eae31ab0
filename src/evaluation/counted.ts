/** A number with its noun, such as "1 question" or "3 questions". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
