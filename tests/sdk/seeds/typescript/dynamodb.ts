// dynamodb.ts
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  DeleteItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand as DocQueryCommand } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Order, User } from './model.js';

const client = new DynamoDBClient({
  region: process.env.AWS_REGION || 'us-east-1',
});

// Document client for easier JSON handling
const docClient = DynamoDBDocumentClient.from(client, {
  marshallOptions: {
    removeUndefinedValues: true,
    convertEmptyValues: false,
  },
});

const TABLE_NAME = process.env.DYNAMODB_TABLE!;

// Get user
export async function getUser(userId: string): Promise<User | null> {
  const response = await docClient.send(
    new GetCommand({
      TableName: TABLE_NAME,
      Key: {
        PK: `USER#${userId}`,
        SK: 'PROFILE',
      },
    })
  );
  return response.Item as User | null;
}

// Create user
export async function createUser(user: Omit<User, 'PK' | 'SK' | 'entityType' | 'createdAt' | 'updatedAt'>): Promise<User> {
  const now = new Date().toISOString();
  const item: User = {
    ...user,
    PK: `USER#${user.userId}`,
    SK: 'PROFILE',
    GSI1PK: `EMAIL#${user.email}`,
    GSI1SK: `USER#${user.userId}`,
    entityType: 'USER',
    createdAt: now,
    updatedAt: now,
  };

  await docClient.send(
    new PutCommand({
      TableName: TABLE_NAME,
      Item: item,
      ConditionExpression: 'attribute_not_exists(PK)',  // Prevent overwrite
    })
  );

  return item;
}

// Get user orders
export async function getUserOrders(userId: string, limit = 20): Promise<Order[]> {
  const response = await docClient.send(
    new DocQueryCommand({
      TableName: TABLE_NAME,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: {
        ':pk': `USER#${userId}`,
        ':sk': 'ORDER#',
      },
      Limit: limit,
      ScanIndexForward: false,  // Newest first
    })
  );

  return (response.Items || []) as Order[];
}

// Update order status
export async function updateOrderStatus(orderId: string, userId: string, status: Order['status']): Promise<void> {
  await docClient.send(
    new UpdateItemCommand({
      TableName: TABLE_NAME,
      Key: marshall({
        PK: `USER#${userId}`,
        SK: `ORDER#${orderId}`,
      }),
      UpdateExpression: 'SET #status = :status, updatedAt = :updatedAt',
      ExpressionAttributeNames: {
        '#status': 'status',
      },
      ExpressionAttributeValues: marshall({
        ':status': status,
        ':updatedAt': new Date().toISOString(),
      }),
    })
  );
}

// Transactional write
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';

export async function createOrderWithInventoryUpdate(order: Order, productId: string, quantity: number): Promise<void> {
  await client.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName: TABLE_NAME,
            Item: marshall(order),
          },
        },
        {
          Update: {
            TableName: TABLE_NAME,
            Key: marshall({
              PK: `PRODUCT#${productId}`,
              SK: 'INVENTORY',
            }),
            UpdateExpression: 'SET quantity = quantity - :qty',
            ConditionExpression: 'quantity >= :qty',
            ExpressionAttributeValues: marshall({
              ':qty': quantity,
            }),
          },
        },
      ],
    })
  );
}

// Read aggregation
export async function getCounter(): Promise<number> {
  const shards = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      docClient.send(new GetCommand({
        TableName: TABLE_NAME,
        Key: { PK: `COUNTER#${i}`, SK: 'value' },
      }))
    )
  );
  return shards.reduce((sum, shard) => sum + (shard.Item?.count || 0), 0);
}

// GOOD - Query with specific key condition
export const ordersOf2024 = (userId: string) => docClient.send(new DocQueryCommand({
  TableName: TABLE_NAME,
  KeyConditionExpression: 'PK = :pk AND SK BETWEEN :start AND :end',
  ExpressionAttributeValues: {
    ':pk': `USER#${userId}`,
    ':start': 'ORDER#2024-01-01',
    ':end': 'ORDER#2024-12-31',
  },
}));
