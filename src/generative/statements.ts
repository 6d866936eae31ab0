import { splitSentences } from '../passages/sentences.js';

/** A sentence that a model wrote, and the ids of the passages it cites, such as `P2`, as they were written. */
export interface Statement {
  text: string;
  ids: string[];
}

/** `[P1]`, `[P1, P3]`, `[P1][P3]`, with the full stop after it where one stands there. */
const CITED = /((?:\s*\[\s*P\s?\d+(?:\s*[,;]\s*P?\s?\d+)*\s*\])+)(\s?[.!?])?/gi;

/** What may still follow a citation and belong to it. */
const OPEN_END = /^[\s.!?]*(?:\[[^\]]*)?$/;

/** Longest stretch without a citation that is kept; a model that goes on longer has lost the thread. */
const MAX_UNCITED = 4000;

/** Words before a sentence that say nothing of their own. */
const LEAD_IN =
  /^(?:(?:yes|no|sure|certainly|indeed|answer|correct)\s*[,.:!]\s*|(?:according to|based on|as stated in)\s+(?:the\s+)?(?:given\s+|provided\s+)?(?:passages?|documents?|texts?|context|sources?)\s*[,:]\s*)+/i;

/** Where a model that thinks aloud stops doing so. */
const THOUGHT = /^\s*<think>[\s\S]*?<\/think>/i;

/** One sentence on one line, without marks of Markdown, brackets and characters that nobody sees, ending with a mark. */
function plain(text: string): string {
  const said = text
    .replace(/[\p{Cc}\p{Cf}]+/gu, (characters) => (/^\s+$/.test(characters) ? ' ' : ''))
    .replace(/\*\*|__|`+|^\s*(?:[-*+•>#]+|\d{1,2}[.)])\s+/gm, '')
    .replace(/\[[^\]]*\]|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/\s+([.,;:!?])/g, '$1')
    .trim()
    .replace(LEAD_IN, '')
    .replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  return said === '' || /[.!?]["”’)]*$/.test(said) ? said : `${said.replace(/[,;:]$/, '')}.`;
}

/** Reads statements from the text of a model as it comes. */
export interface StatementReader {
  /** Statements that are complete with this piece of text. */
  push(piece: string): Statement[];
  /** Statements left when the text is over; what ends without a citation is none. */
  end(): Statement[];
  /** Whether the model wrote that the passages have no answer, and no statement. */
  declined(): boolean;
}

export function readStatements(): StatementReader {
  let rest = '';
  let count = 0;
  const take = (over: boolean): Statement[] => {
    rest = rest.replace(THOUGHT, '');
    if (/^\s*<think>/i.test(rest) && !over) return [];
    const statements: Statement[] = [];
    let used = 0;
    for (const match of rest.matchAll(CITED)) {
      const end = match.index + match[0].length;
      if (!over && OPEN_END.test(rest.slice(end))) break;
      const ids = [...(match[1] as string).matchAll(/\d+/g)].map(([number]) => `P${number}`);
      const stretch = rest.slice(used, match.index);
      // A citation after several sentences is of them all.
      for (const { start, end: stop } of splitSentences(stretch)) {
        const text = plain(stretch.slice(start, stop));
        if (/[\p{L}\p{N}]/u.test(text)) statements.push({ text, ids: [...new Set(ids)] });
      }
      used = end;
    }
    rest = rest.slice(used);
    count += statements.length;
    return statements;
  };
  return {
    push(piece) {
      rest += piece;
      if (rest.length > MAX_UNCITED && !/^\s*<think>/i.test(rest)) rest = rest.slice(-MAX_UNCITED);
      return take(false);
    },
    end: () => take(true),
    declined: () => count === 0 && /^\W*no answer\b/i.test(rest.replace(THOUGHT, '')),
  };
}
