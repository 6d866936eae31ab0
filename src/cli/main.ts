#!/usr/bin/env node
import { type Config, ConfigError, readConfig } from '../config/config.js';
import { askCommand } from './ask.js';
import { doctorCommand } from './doctor.js';
import { indexCommand } from './index-command.js';
import { mcpCommand } from './mcp.js';
import { serveCommand } from './serve.js';

const USAGE = `usage: verbatim COMMAND

  serve            index the documents if they changed, then serve the API and the chat page
  index            bring the index up to date with the documents
  ask "QUESTION"   answer one question; --json prints the whole reply
  mcp              speak the Model Context Protocol on standard input and output
  doctor           check this machine and say what to do

Settings come from the environment; the README lists them.`;

const COMMANDS: Record<string, (config: Config, args: string[]) => Promise<number>> = {
  serve: serveCommand,
  index: indexCommand,
  ask: askCommand,
  mcp: mcpCommand,
  doctor: doctorCommand,
};

async function main([name = '', ...args]: string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const asked = name === 'help' || name === '--help';
    console[asked ? 'log' : 'error'](asked || name === '' ? USAGE : `there is no command ${name}\n\n${USAGE}`);
    return asked ? 0 : 2;
  }
  return command(readConfig(), args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // A stack says nothing to whoever set PORT to a word; unexpected defects still show theirs.
  const expected = error instanceof ConfigError || (error as Error).name === 'Error';
  console.error(expected ? (error as Error).message : error);
  process.exitCode = 1;
}
