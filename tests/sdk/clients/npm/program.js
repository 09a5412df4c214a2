// What the programs share: a table for those libraries that make none, and how they tell their test what they saw.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const client = new DynamoDBClient({});

// One line of {"name": result}.
export const show = (name, result) => console.log(JSON.stringify({ [name]: result }));

// The name and the message of what a call throws.
export const caught = async (call) => {
  try {
    await call();
  } catch (error) {
    return [error.name, error.message];
  }
  return 'nothing was thrown';
};

// A table of string keys: pk and sk, a global index gsi1 of its own keys, and a local index lsi1.
export const makeTable = async (TableName) => {
  const key = (...names) => names.map((AttributeName, n) => ({ AttributeName, KeyType: n ? 'RANGE' : 'HASH' }));
  const index = (IndexName, ...names) => ({ IndexName, KeySchema: key(...names), Projection: { ProjectionType: 'ALL' } });
  const names = ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'lsi1sk'];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [index('gsi1', 'gsi1pk', 'gsi1sk')],
      LocalSecondaryIndexes: [index('lsi1', 'pk', 'lsi1sk')],
    }),
  );
};
