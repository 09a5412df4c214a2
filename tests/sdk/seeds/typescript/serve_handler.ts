// Serves a module's handler as Lambda's runtime interface emulator does: one call at a time, and what it throws is an
// answer like any other. Prints the port, then what the handler prints. Argument: the module.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Context, DynamoDBStreamEvent, DynamoDBStreamHandler } from 'aws-lambda';

const { handler }: { handler: DynamoDBStreamHandler } = await import(process.argv[2]);
let isBusy = false;

async function invoke(request: IncomingMessage): Promise<unknown> {
  try {
    const event: DynamoDBStreamEvent = JSON.parse(await text(request));
    return await handler(event, {} as Context, () => {});
  } catch (thrown) {
    const error = thrown as Error;
    return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') };
  }
}

const server = createServer(async (request, response) => {
  if (isBusy || request.url !== '/2015-03-31/functions/function/invocations') {
    console.error(isBusy ? 'busy' : request.url);
    response.writeHead(400).end();
    return;
  }
  isBusy = true;
  const answer = await invoke(request);
  isBusy = false;
  response.writeHead(200, { 'Content-Type': 'text/plain' }).end(JSON.stringify(answer) ?? 'null');
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
