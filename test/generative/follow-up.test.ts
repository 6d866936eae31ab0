import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';
import { type Behaviour, type ModelServer, refuses, says, startModelServer } from './model-server.js';

const FIRST = 'When was the 3rd Harbour Forum held?';
const history = [
  { role: 'user' as const, content: FIRST },
  { role: 'assistant' as const, content: 'The 3rd Harbour Forum was held on 11 June 2019 in Batumi. [1]' },
];

let model: ModelServer;
let opened: TestAssistant;
beforeAll(async () => {
  model = await startModelServer();
  opened = await openTestAssistant(undefined, { READER: 'off', LLM_BASE_URL: model.url, LLM_MODEL: 'scripted', LLM_RETRIES: '0' });
});
afterAll(async () => {
  await opened.close();
  await model.close();
});

const ask = (question: string, ...behaviours: Behaviour[]) => {
  model.does(...behaviours);
  return opened.assistant.ask({ question, history });
};
const rules = 'how many pilots did it gather? (';

describe('a follow-up question', () => {
  it('is completed by the language model', async () => {
    const reply = await ask('how many pilots did it gather?', says('How many pilots did the 3rd Harbour Forum gather?'), says('NO ANSWER'));
    expect(reply.rewrittenQuestion).toBe('How many pilots did the 3rd Harbour Forum gather?');
    expect(model.requests[0]?.messages[1]?.content).toContain('user: When was the 3rd Harbour Forum held?');
    expect(model.requests[1]?.messages[1]?.content).toContain('Question: How many pilots did the 3rd Harbour Forum gather?');
  });

  it.each([
    ['answers it', 'The 3rd Harbour Forum gathered 240 pilots from 14 ports.'],
    ['asks something else', 'Where was the 3rd Harbour Forum held?'],
    ['adds a name', 'How many pilots did the 3rd Harbour Forum gather in Paris?'],
    ['changes the number', 'How many pilots did the 4th Harbour Forum gather?'],
    ['talks', 'Sure! Here is the completed question:\nHow many pilots did the 3rd Harbour Forum gather?'],
    ['says nothing', ''],
  ])('is completed by rules where the model %s', async (_, text) => {
    const reply = await ask('how many pilots did it gather?', says(text), says('NO ANSWER'));
    expect(reply.rewrittenQuestion).toContain(rules);
  });

  it('is completed by rules where the model fails, with a warning', async () => {
    const reply = await ask('how many pilots did it gather?', refuses(400), says('NO ANSWER'));
    expect(reply.rewrittenQuestion).toContain(rules);
    expect(reply.warnings?.join()).toContain('completed by rules');
  });

  it('that stands on its own is not shown to the model', async () => {
    const reply = await ask('When was the Varna Pact signed?', says('The Varna Pact was signed on 14 May 2009 [{14 May 2009}].'));
    expect(model.requests).toHaveLength(1);
    expect(reply).toMatchObject({ rewrittenQuestion: null, mode: 'generative' });
  });

  it('gets no answer from what was said before', async () => {
    model.does(says('What is the boiling point of ethanol?'), says('Ethanol boils at 78 degrees [P1].'));
    const reply = await opened.assistant.ask({
      question: 'and its boiling point?',
      history: [
        { role: 'user', content: 'What is ethanol?' },
        { role: 'assistant', content: 'Ethanol is an alcohol that boils at 78 degrees, its boiling point. [1]' },
      ],
    });
    expect(reply).toMatchObject({ answered: false, citations: [] });
  });
});
