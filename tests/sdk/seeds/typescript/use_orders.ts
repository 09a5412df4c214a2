// Several customers at once order products with dynamodb.ts until these are sold out; prints what they were told.
// Arguments: a prefix for the orders' ids, the number of customers, the number of orders of each, the products.
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { createOrderWithInventoryUpdate } from './dynamodb.js';
import { keys, type Order } from './model.js';

const [prefix, customers, orders, ...products] = process.argv.slice(2);
const done: [string, string, number][] = [];
const refused: Record<string, number> = {};

async function order(customer: number): Promise<void> {
  for (let n = 0; n < Number(orders); n++) {
    const orderId = `${prefix}-${customer}-${n}`;
    const product = products[(customer + n) % products.length];
    const quantity = 1 + (customer * 7 + n) % 4;
    const now = new Date().toISOString();
    const item: Order = { ...keys.order(orderId, 'u1'), entityType: 'ORDER', createdAt: now, updatedAt: now, orderId, userId: 'u1', total: quantity, status: 'pending' };
    try {
      await createOrderWithInventoryUpdate(item, product, quantity);
      done.push([orderId, product, quantity]);
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = error.CancellationReasons!.map((reason) => reason.Code).join(' ');
      refused[codes] = (refused[codes] ?? 0) + 1;
    }
  }
}

await Promise.all(Array.from({ length: Number(customers) }, (_, customer) => order(customer)));
console.log(JSON.stringify({ done, refused }));
