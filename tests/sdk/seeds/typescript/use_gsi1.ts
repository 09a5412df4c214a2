// Finds on the indexes what dynamodb.ts and model.ts put there, and prints what a user of it would see.
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery, paginateScan, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createUser, updateOrderStatus } from './dynamodb.js';
import { keys } from './model.js';

const show = (name: string, result: unknown) => console.log(JSON.stringify({ [name]: result }));

const TableName = process.env.DYNAMODB_TABLE!;
const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);
const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

await client.send(
  new CreateTableCommand({
    TableName,
    AttributeDefinitions: ['PK', 'SK', 'GSI1PK', 'GSI1SK'].map(attribute),
    KeySchema: key('PK', 'SK'),
    GlobalSecondaryIndexes: [
      { IndexName: 'GSI1', KeySchema: key('GSI1PK', 'GSI1SK'), Projection: { ProjectionType: 'ALL' } },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  })
);
await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });

const user = await createUser({ userId: 'u1', email: 'a@example.com', name: 'Alice' });
await createUser({ userId: 'u2', email: 'b@example.com', name: 'Bob' });
for (let n = 0; n < 6; n++) {
  const item = { ...keys.order(`${n}`, `u${n % 2}`), status: 'pending', total: n };
  await documents.send(new PutCommand({ TableName, Item: item }));
}
await documents.send(new PutCommand({ TableName, Item: { ...keys.user('u3'), name: 'nowhere' } }));

const find = async (partition: string) =>
  (
    await documents.send(
      new QueryCommand({
        TableName,
        IndexName: 'GSI1',
        KeyConditionExpression: 'GSI1PK = :pk',
        ExpressionAttributeValues: { ':pk': partition },
      })
    )
  ).Items!;

const [found] = await find('EMAIL#a@example.com');
show('email', [found.userId, found.name, found.createdAt === user.createdAt]);
show('order', await find('ORDER#3'));
await updateOrderStatus('3', 'u1', 'completed');
show('completed', (await find('ORDER#3'))[0].status);
show('nothing', await find('ORDER#9'));

const scanned: string[] = [];
for await (const page of paginateScan({ client: documents, pageSize: 3 }, { TableName, IndexName: 'GSI1' })) {
  scanned.push(...page.Items!.map((item) => item.GSI1PK));
}
show('indexed', scanned.sort());

// The index on the status comes later, as applications add one.
await client.send(
  new UpdateTableCommand({
    TableName,
    AttributeDefinitions: ['status', 'SK'].map(attribute),
    GlobalSecondaryIndexUpdates: [
      { Create: { IndexName: 'GSI2', KeySchema: key('status', 'SK'), Projection: { ProjectionType: 'KEYS_ONLY' } } },
    ],
  })
);
const deadline = Date.now() + 30_000;
for (let status: string | undefined; status !== 'ACTIVE'; ) {
  if (Date.now() > deadline) throw new Error(`GSI2 is still ${status}`);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  status = Table!.GlobalSecondaryIndexes!.find((index) => index.IndexName === 'GSI2')!.IndexStatus;
}
const pending: string[] = [];
for await (const page of paginateQuery(
  { client: documents, pageSize: 2 },
  {
    TableName,
    IndexName: 'GSI2',
    KeyConditionExpression: '#status = :status',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': 'pending' },
    ScanIndexForward: false,
  }
)) {
  pending.push(...page.Items!.map((item) => item.SK));
}
show('pending', pending);
