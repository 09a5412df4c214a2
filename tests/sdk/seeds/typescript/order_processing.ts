// Stream handler for order processing
import { DynamoDBStreamHandler, DynamoDBRecord } from 'aws-lambda';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export const handler: DynamoDBStreamHandler = async (event) => {
  for (const record of event.Records) {
    if (record.eventName === 'INSERT' && record.dynamodb?.NewImage) {
      const item = unmarshall(record.dynamodb.NewImage as any);

      if (item.entityType === 'ORDER') {
        await processNewOrder(item);
      }
    }

    if (record.eventName === 'MODIFY' && record.dynamodb?.NewImage) {
      const newItem = unmarshall(record.dynamodb.NewImage as any);
      const oldItem = record.dynamodb.OldImage
        ? unmarshall(record.dynamodb.OldImage as any)
        : null;

      if (newItem.entityType === 'ORDER' && newItem.status !== oldItem?.status) {
        await handleOrderStatusChange(newItem, oldItem?.status);
      }
    }
  }
};

async function processNewOrder(order: any) {
  // Send confirmation email, update inventory, etc.
  console.log('Processing new order:', order.orderId);
}

async function handleOrderStatusChange(order: any, oldStatus: string) {
  console.log(`Order ${order.orderId} status changed from ${oldStatus} to ${order.status}`);
}
