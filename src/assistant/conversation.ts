import path from 'node:path';
import type { Turn } from '../answering/rewrite.js';
import type { Config } from '../config/config.js';
import { type Conversations, openConversations } from '../conversations/store.js';
import type { Reply } from './reply.js';

/** Thrown when a question cannot go on with the conversation it names; the message says why. */
export class ConversationError extends Error {}

/** What a caller sends as `conversationId` to begin a conversation. */
const NEW_CONVERSATION = 'new';

/** Turns that a question is completed from; what it points to was said lately. */
const TURNS = 10;

const DAY = 24 * 60 * 60 * 1000;

/** The kept conversations, where the settings want any kept. */
export const openKept = ({ CONVERSATIONS, CONVERSATIONS_DIR, CONVERSATION_DAYS, CONVERSATION_COUNT }: Config): Conversations<Reply> | null =>
  CONVERSATIONS === 'off' ? null : openConversations<Reply>(path.resolve(CONVERSATIONS_DIR), { maxAge: CONVERSATION_DAYS * DAY, maxCount: CONVERSATION_COUNT });

/** A conversation that a question is part of. */
export interface Conversation {
  id: string;
  history: Turn[];
  keep(question: string, reply: Reply): Promise<void>;
}

/** @throws ConversationError where conversations are not kept, or there is none of this name, or it is full. */
export async function continueConversation(conversations: Conversations<Reply> | null, id: string): Promise<Conversation> {
  if (!conversations) throw new ConversationError('conversations are not kept here; send history instead, or set CONVERSATIONS=on');
  const begins = id === NEW_CONVERSATION;
  const turns = begins ? [] : await conversations.read(id);
  if (!turns) throw new ConversationError(`there is no conversation ${id}; send "${NEW_CONVERSATION}" to begin one`);
  if (!conversations.hasRoom(turns.length)) throw new ConversationError(`the conversation ${id} is full; send "${NEW_CONVERSATION}" to begin another`);
  const name = begins ? conversations.begin() : id;
  return {
    id: name,
    history: turns.slice(-TURNS).flatMap(({ question, reply }): Turn[] => [
      { role: 'user', content: question },
      { role: 'assistant', content: reply.answer },
    ]),
    keep: (question, reply) => conversations.append(name, { askedAt: new Date().toISOString(), question, reply }),
  };
}
