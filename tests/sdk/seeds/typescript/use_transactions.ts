// Transactions and batches as the document client offers them, and what a user of it would see.
import {
  CreateTableCommand,
  DynamoDBClient,
  IdempotentParameterMismatchException,
  TransactionCanceledException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

const show = (name: string, result: unknown) => console.log(JSON.stringify({ [name]: result }));

const TableName = process.env.DYNAMODB_TABLE!;
const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);

await client.send(
  new CreateTableCommand({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
);
await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });

const get = async (id: string) => (await documents.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }))).Item;
const write = (request: TransactWriteCommandInput) => documents.send(new TransactWriteCommand(request));

await write({
  TransactItems: [
    { Put: { TableName, Item: { id: 'a', nested: { list: [1, 'two', null], set: new Set(['x']) } } } },
    { Put: { TableName, Item: { id: 'gone' } } },
    { Put: { TableName, Item: { id: 'counter', n: 1 } } },
  ],
});
const all: TransactWriteCommandInput = {
  ClientRequestToken: 'once',
  ReturnConsumedCapacity: 'INDEXES',
  TransactItems: [
    { Put: { TableName, Item: { id: 'b', n: 2 }, ConditionExpression: 'attribute_not_exists(id)' } },
    { Update: { TableName, Key: { id: 'counter' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } },
    { Delete: { TableName, Key: { id: 'gone' }, ConditionExpression: 'attribute_exists(id)' } },
    { ConditionCheck: { TableName, Key: { id: 'a' }, ConditionExpression: 'size(nested.#list) = :three', ExpressionAttributeNames: { '#list': 'list' }, ExpressionAttributeValues: { ':three': 3 } } },
  ],
};
for (const time of ['first', 'repeated']) {
  const answer = await write(all);
  show(time, [answer.ConsumedCapacity, (await get('counter'))!.n]);
}
try {
  await write({ ...all, TransactItems: all.TransactItems!.slice(1) });
} catch (error) {
  show('mismatch', error instanceof IdempotentParameterMismatchException && error.message);
}

const read = await documents.send(
  new TransactGetCommand({
    TransactItems: [
      { Get: { TableName, Key: { id: 'b' } } },
      { Get: { TableName, Key: { id: 'gone' } } },
      { Get: { TableName, Key: { id: 'a' }, ProjectionExpression: 'nested.#list[1]', ExpressionAttributeNames: { '#list': 'list' } } },
    ],
  })
);
show('read', read.Responses!.map((response) => response.Item ?? null));

try {
  await write({
    TransactItems: [
      { Put: { TableName, Item: { id: 'c' } } },
      { Put: { TableName, Item: { id: 'b' }, ConditionExpression: 'attribute_not_exists(id)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
      { Update: { TableName, Key: { id: 'a' }, UpdateExpression: 'SET nested = nested + :one', ExpressionAttributeValues: { ':one': 1 } } },
      { Delete: { TableName, Key: { id: 'counter' }, ConditionExpression: 'n > :n', ExpressionAttributeValues: { ':n': 9 } } },
    ],
  });
} catch (error) {
  if (!(error instanceof TransactionCanceledException)) throw error;
  show('cancelled', [error.name, error.message, error.$metadata.httpStatusCode]);
  show('reasons', error.CancellationReasons!.map(({ Code, Message, Item }) => [Code, Message ?? null, Item ? unmarshall(Item) : null]));
}
show('nothing', (await get('c')) ?? null);

// What a batch leaves is sent again until nothing is left, as the documentation asks for.
const large = Array.from({ length: 60 }, (_, n) => ({ id: `large-${n}`, n, text: 'x'.repeat(300_000) }));
for (let i = 0; i < large.length; i += 25) {
  let left: BatchWriteCommandInput['RequestItems'] = {
    [TableName]: large.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } })),
  };
  while (left && Object.keys(left).length) {
    left = (await documents.send(new BatchWriteCommand({ RequestItems: left }))).UnprocessedItems;
  }
}
const found: number[] = [];
let answers = 0;
let asked: BatchGetCommandInput['RequestItems'] = {
  [TableName]: { Keys: large.map(({ id }) => ({ id })), ProjectionExpression: 'id, n', ConsistentRead: true },
};
while (asked && Object.keys(asked).length) {
  const answer: { Responses?: Record<string, Record<string, any>[]>; UnprocessedKeys?: BatchGetCommandInput['RequestItems'] } =
    await documents.send(new BatchGetCommand({ RequestItems: asked }));
  found.push(...answer.Responses![TableName].map((item) => item.n));
  asked = answer.UnprocessedKeys;
  answers += 1;
}
show('batch', [answers, found.length, new Set(found).size]);
