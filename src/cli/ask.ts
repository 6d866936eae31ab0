import { replyText } from '../assistant/reply-text.js';
import type { Config } from '../config/config.js';
import { openAssistant } from './open-assistant.js';

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
  console.log(json ? JSON.stringify(reply, null, 2) : replyText(reply));
  await assistant.close();
  return reply.answered ? 0 : 3;
}
