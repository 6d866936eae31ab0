import type { Assistant } from '../assistant/assistant.js';

/** Thrown when so many questions are being answered that another would only wait in memory. */
export class TooManyQuestionsError extends Error {}

/** The same assistant, refusing what goes beyond `most` questions and searches at a time, whichever door they come through. */
export function limitQuestions(assistant: Assistant, most: number): Assistant {
  let underWay = 0;
  const limited =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (underWay >= most) throw new TooManyQuestionsError(`${underWay} questions are being answered already; try again in a second`);
      underWay++;
      try {
        return await work(...args);
      } finally {
        underWay--;
      }
    };
  return { ...assistant, ask: limited(assistant.ask), search: limited(assistant.search) };
}
