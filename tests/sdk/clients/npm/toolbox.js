// A shop with DynamoDB-Toolbox: customers and their orders in one table, with commands of entities and of the table.
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  $add, $append, $delete, $get, $remove, BatchGetCommand, BatchGetRequest, BatchPutRequest,
  BatchWriteCommand, binary, boolean, ConditionCheck, DeleteItemCommand, DeletePartitionCommand, DeleteTransaction, Entity,
  executeBatchGet, executeBatchWrite, executeTransactGet, executeTransactWrite, GetItemCommand, GetTransaction,
  isConditionCheckFailed, isTransactionCancelled, item, list, map, number, prefix, PutItemCommand, PutTransaction,
  QueryCommand, ScanCommand, set, string, Table, UpdateItemCommand, UpdateTransaction,
} from 'dynamodb-toolbox';
import { caught, client, makeTable, show } from './program.js';

await makeTable('shop');
const key = (name) => ({ name, type: 'string' });
const shop = new Table({
  documentClient: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  name: 'shop',
  partitionKey: key('pk'),
  sortKey: key('sk'),
  indexes: {
    gsi1: { type: 'global', partitionKey: key('gsi1pk'), sortKey: key('gsi1sk') },
    lsi1: { type: 'local', sortKey: key('lsi1sk') },
  },
});
const Customer = new Entity({
  name: 'customer',
  table: shop,
  schema: item({
    id: string().key().savedAs('pk').transform(prefix('CUSTOMER')),
    kind: string().key().savedAs('sk').const('PROFILE').default('PROFILE'),
    name: string(),
    tags: set(string()).optional(),
    addresses: list(map({ city: string(), zip: number().optional() })).default([]),
    balance: number().default(0),
    token: binary().optional(),
    active: boolean().default(true),
    version: number().default(1),
  }),
});
const Order = new Entity({
  name: 'order',
  table: shop,
  schema: item({
    customer: string().key().savedAs('pk').transform(prefix('CUSTOMER')),
    id: string().key().savedAs('sk').transform(prefix('ORDER')),
    status: string().enum('open', 'paid').default('open').savedAs('gsi1pk'),
    day: string().savedAs('lsi1sk'),
    total: number(),
  }).and((schema) => ({ gsi1sk: string().hidden().link(({ id }) => id) })),
});
const order = (n) => ({ customer: 'ann', id: `${n}`.padStart(3, '0'), day: `2026-01-${10 + (n % 20)}`, total: n + 0.25 });
const ids = (found) => found.Items.map(({ id }) => id);

const tags = new Set(['new', 'vip']);
const ann = { name: 'Ann', id: 'ann', tags, token: Buffer.from([0, 255]), addresses: [{ city: 'Rome' }] };
const create = Customer.build(PutItemCommand).options({
  condition: { attr: 'id', exists: false },
  returnValuesOnConditionFalse: 'ALL_OLD',
});
show('put', (await create.item(ann).send()).ToolboxItem.version);
const twice = await create.item({ ...ann, name: 'Other' }).send().catch((error) => error);
show('twice', [isConditionCheckFailed(twice, Customer), twice.message, twice.FormattedItem.name]);
const { Item: stored } = await Customer.build(GetItemCommand).key({ id: 'ann' }).options({ consistent: true }).send();
show('stored', [[...stored.tags].sort(), [...stored.token], stored.addresses, stored.created === stored.modified]);
show('nobody', (await Customer.build(GetItemCommand).key({ id: 'nobody' }).send()).Item ?? null);

const requests = Array.from({ length: 25 }, (_, n) => Order.build(BatchPutRequest).item(order(n)));
await executeBatchWrite(shop.build(BatchWriteCommand).requests(...requests));
const wanted = [3, 1, 2].map((n) => Order.build(BatchGetRequest).key(order(n)));
const [got] = (await executeBatchGet(shop.build(BatchGetCommand).requests(...wanted))).Responses;
show('got', got.map(({ total }) => total));

const orders = shop.build(QueryCommand).entities(Order);
const inPartition = (range, index) => ({ partition: 'CUSTOMER#ann', range, index });
const pages = [];
for (let exclusiveStartKey, page; !page || exclusiveStartKey; exclusiveStartKey = page.LastEvaluatedKey) {
  const query = orders.query(inPartition({ beginsWith: 'ORDER#' })).options({ limit: 10, exclusiveStartKey });
  page = await query.send();
  pages.push(page.Count);
}
show('pages', pages);
const between = inPartition({ between: ['ORDER#007', 'ORDER#009'] });
show('between', ids(await orders.query(between).options({ reverse: true }).send()));
show('day', ids(await orders.query(inPartition({ gte: '2026-01-28' }, 'lsi1')).send()));
const filters = { order: { and: [{ attr: 'total', gt: 20 }, { not: { attr: 'total', in: [21.25, 22.25] } }] } };
show('open', ids(await orders.query({ partition: 'open', index: 'gsi1' }).options({ filters }).send()));
const all = await shop.build(QueryCommand).query(inPartition()).entities(Customer, Order).options({ maxPages: 9 }).send();
show('all', [all.Items.length, all.Items.filter(({ kind }) => kind === 'PROFILE').length]);
const scan = (segment) => shop.build(ScanCommand).entities(Order).options({ segment, totalSegments: 3, maxPages: Infinity });
show('scanned', (await Promise.all([0, 1, 2].map((n) => scan(n).send()))).flatMap(ids).length);
const one = inPartition({ eq: 'ORDER#004' });
show('projected', (await orders.query(one).options({ attributes: ['total'] }).send()).Items);

const change = (values, options) => Customer.build(UpdateItemCommand).item({ id: 'ann', ...values }).options(options);
const oslo = $append([{ city: 'Oslo', zip: 150 }]);
const counts = { balance: $add(12.5), version: $add(1) };
const values = { name: 'Anna', tags: $delete(new Set(['new'])), addresses: oslo, token: $remove(), ...counts };
const fresh = { condition: { attr: 'version', eq: 1 }, returnValues: 'ALL_NEW' };
const { created, modified, ...changed } = (await change(values, fresh).send()).Attributes;
show('changed', { ...changed, tags: [...changed.tags] });
show('stale', await caught(() => change({ balance: 0 }, fresh).send()));
const nested = { addresses: { 0: { zip: $get('balance') } }, tags: $add(new Set(['new'])) };
const after = (await change(nested, { returnValues: 'UPDATED_NEW' }).send()).Attributes;
show('nested', [after.addresses, [...after.tags].sort()]);

const pay = (n, clientRequestToken) => {
  const { customer, id } = order(n);
  const options = { condition: { attr: 'status', eq: 'open' }, returnValuesOnConditionFalse: 'ALL_OLD' };
  return [
    { clientRequestToken },
    Order.build(UpdateTransaction).item({ customer, id, status: 'paid' }).options(options),
    Customer.build(UpdateTransaction).item({ id: 'ann', balance: $add(-1) }),
    Customer.build(ConditionCheck).key({ id: 'bob' }).condition({ attr: 'id', exists: false }),
    Order.build(DeleteTransaction).key(order(n + 1)),
    Order.build(PutTransaction).item(order(n + 100)),
  ];
};
await executeTransactWrite(...pay(5, 'pay-5'));
show('token', await caught(() => executeTransactWrite(...pay(6, 'pay-5'))));
const [, ...actions] = pay(5);
const cancelled = await executeTransactWrite(...actions).catch((error) => error);
const told = isTransactionCancelled(cancelled, ...actions) ? cancelled.CancellationReasons : [];
show('cancelled', told.map(({ Code, FormattedItem }) => [Code, FormattedItem?.status]));
const reads = [5, 6].map((n) => Order.build(GetTransaction).key(order(n)));
const { Responses } = await executeTransactGet(Customer.build(GetTransaction).key({ id: 'ann' }), ...reads);
show('read', Responses.map(({ Item }) => Item && (Item.balance ?? Item.status)));

const removal = Customer.build(DeleteItemCommand).key({ id: 'ann' }).options({ returnValues: 'ALL_OLD' });
show('deleted', (await removal.send()).Attributes.name);
await shop.build(DeletePartitionCommand).query(inPartition()).entities(Order).send();
show('left', (await shop.build(ScanCommand).send()).Count);
