// Walks through what dynamodb.ts offers, and prints what a user of it would see.
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createUser, getCounter, getUser, getUserOrders, ordersOf2024, updateOrderStatus } from './dynamodb.js';
import { keys } from './model.js';

const show = (name: string, result: unknown) => console.log(JSON.stringify({ [name]: result }));

const TableName = process.env.DYNAMODB_TABLE!;
const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);

await client.send(
  new CreateTableCommand({
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'PK', AttributeType: 'S' },
      { AttributeName: 'SK', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'PK', KeyType: 'HASH' },
      { AttributeName: 'SK', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  })
);
await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });

show('nobody', (await getUser('u1')) ?? null);
await createUser({ userId: 'u1', email: 'a@example.com', name: 'Alice' });
show('user', await getUser('u1'));
try {
  await createUser({ userId: 'u1', email: 'b@example.com', name: 'Bob' });
} catch (error) {
  show('twice', error instanceof ConditionalCheckFailedException);
}

for (let n = 0; n < 25; n++) {
  const orderId = `2024-${String(n % 12 + 1).padStart(2, '0')}-${String(n).padStart(2, '0')}`;
  await documents.send(
    new PutCommand({ TableName, Item: { ...keys.order(orderId, 'u1'), total: n, status: 'pending', nested: { tags: ['a', { b: null }] } } })
  );
}
show('orders', (await getUserOrders('u1')).length);
show('three', (await getUserOrders('u1', 3)).map((order) => order.SK));
show('between', (await ordersOf2024('u1')).Count);
await updateOrderStatus('2024-01-00', 'u1', 'completed');

const Key = marshall({ PK: 'USER#u1', SK: 'ORDER#2024-01-00' });
const order = unmarshall((await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item!);
show('status', [order.status, order.total, order.nested, typeof order.updatedAt]);

for (let i = 0; i < 10; i++) {
  await documents.send(new PutCommand({ TableName, Item: { PK: `COUNTER#${i}`, SK: 'value', count: i } }));
}
show('counter', await getCounter());

const pages: number[] = [];
for await (const page of paginateQuery(
  { client: documents, pageSize: 10 },
  { TableName, KeyConditionExpression: 'PK = :pk', ExpressionAttributeValues: { ':pk': 'USER#u1' } }
)) {
  pages.push(page.Items!.length);
}
show('pages', pages);

await client.send(new PutItemCommand({ TableName, Item: { PK: { S: 'types' }, SK: { S: 'b' }, v: { B: new Uint8Array([0, 255]) }, n: { NS: ['1', '2'] } } }));
const typed = (await client.send(new QueryCommand({ TableName, KeyConditionExpression: 'PK = :p', ExpressionAttributeValues: { ':p': { S: 'types' } } }))).Items![0];
show('types', [[...typed.v.B!], [...typed.n.NS!].sort()]);
const deleted = await client.send(new DeleteItemCommand({ TableName, Key: marshall({ PK: 'types', SK: 'b' }), ReturnValues: 'ALL_OLD' }));
show('deleted', Object.keys(deleted.Attributes!).sort());
show('count', (await client.send(new DescribeTableCommand({ TableName }))).Table!.ItemCount);
