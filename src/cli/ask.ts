import type { Reply } from '../assistant/assistant.js';
import type { Config } from '../config/config.js';
import { openAssistant } from './open-assistant.js';

function describe({ answer, answered, citations, conflicts, passages, warnings = [] }: Reply): string {
  const lines = [answer];
  if (answered) {
    lines.push('', ...citations.map(({ id, source, paragraph, quote }) => `[${id}] ${source}, paragraph ${paragraph}: "${quote}"`));
    for (const { values } of conflicts)
      lines.push('', `The documents disagree: ${values.map(({ value, citations: ids }) => `${value} [${ids.join(', ')}]`).join('; ')}`);
  } else if (passages.length > 0) {
    lines.push(
      '',
      'The nearest passages:',
      ...passages.map(({ source, paragraph, text }) => `- ${source}, paragraph ${paragraph}: ${text.replace(/\s+/g, ' ').slice(0, 160)}`),
    );
  }
  lines.push(...warnings.map((warning) => `\nwarning: ${warning}`));
  return lines.join('\n');
}

/** Answers the question on the command line. Exit code 0 with an answer, 3 without one, 2 for a wrong call. */
export async function askCommand(config: Config, args: string[]): Promise<number> {
  const json = args.includes('--json');
  const question = args
    .filter((arg) => arg !== '--json')
    .join(' ')
    .trim();
  if (!/[\p{L}\p{N}]/u.test(question)) {
    console.error('usage: npm run ask -- "QUESTION" [--json]');
    return 2;
  }
  const assistant = await openAssistant(config);
  const reply = await assistant.ask({ question });
  console.log(json ? JSON.stringify(reply, null, 2) : describe(reply));
  await assistant.close();
  return reply.answered ? 0 : 3;
}
