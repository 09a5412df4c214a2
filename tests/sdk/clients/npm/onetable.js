// Accounts, their users and invoices with OneTable, which makes the table, keeps what is unique, and changes indexes.
import { Table } from 'dynamodb-onetable';
import { caught, client, show } from './program.js';

const schema = {
  format: 'onetable:1.1.0',
  version: '0.0.1',
  indexes: {
    primary: { hash: 'pk', sort: 'sk' },
    gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all', follow: false },
    ls1: { sort: 'total', type: 'local' },
  },
  models: {
    Account: {
      pk: { type: String, value: 'account#${name}' },
      sk: { type: String, value: 'account#' },
      name: { type: String, required: true },
      counter: { type: Number, default: 0 },
    },
    User: {
      pk: { type: String, value: 'account#${account}' },
      sk: { type: String, value: 'user#${email}' },
      account: { type: String },
      email: { type: String, unique: true, required: true },
      name: { type: String },
      roles: { type: Set },
      address: { type: Object, default: {}, schema: { city: { type: String }, zip: { type: String } } },
      logins: { type: Array, default: [] },
      points: { type: Number, default: 0 },
      born: { type: Date },
      photo: { type: Buffer },
      expires: { type: Date, ttl: true },
      gs1pk: { type: String, value: 'user#' },
      gs1sk: { type: String, value: 'user#${name}' },
    },
    Invoice: {
      pk: { type: String, value: 'account#${account}' },
      sk: { type: String, value: 'invoice#${id}' },
      account: { type: String },
      id: { type: String },
      total: { type: Number },
      status: { type: String, enum: ['open', 'paid'], default: 'open' },
      gs1pk: { type: String, value: 'invoice#${status}' },
      gs1sk: { type: String, value: 'invoice#${id}' },
    },
  },
  params: { isoDates: true, timestamps: true },
};
const table = new Table({ client, name: 'ledger', schema, partial: true });
const [Account, User, Invoice] = ['Account', 'User', 'Invoice'].map((name) => table.getModel(name));
await table.createTable();
show('tables', [await table.exists(), (await table.describeTable()).Table.LocalSecondaryIndexes[0].IndexName]);

await Account.create({ name: 'acme' });
show('twice', await caught(() => Account.create({ name: 'acme' })));
const born = new Date(0);
const photo = Buffer.from([1, 255]);
const ann = { account: 'acme', email: 'ann@example.com', name: 'Ann', roles: new Set(['admin']), born, photo };
await User.create({ ...ann, expires: new Date(Date.now() + 1e9) });
show('unique', await caught(() => User.create({ ...ann, account: 'other', name: 'Other' })));
const stored = await User.get({ account: 'acme', email: 'ann@example.com' });
show('stored', [[...stored.roles], stored.born.getTime(), [...stored.photo], stored.created instanceof Date]);
show('nobody', (await User.get({ account: 'acme', email: 'nobody' })) ?? null);

const id = (n) => `${n}`.padStart(3, '0');
const invoice = (n) => ({ account: 'acme', id: id(n), total: (n * 37) % 100, status: n % 5 ? 'open' : 'paid' });
const batch = {};
for (let n = 0; n < 25; n++) await Invoice.create(invoice(n), { batch });
show('batch', await table.batchWrite(batch));
const reads = {};
for (const n of [1, 2, 77]) await Invoice.get(invoice(n), { batch: reads });
show('read', (await table.batchGet(reads, { parse: true, hidden: false })).map(({ total }) => total).sort());

const pages = [];
for (let next, page; !page || next; next = page.next) {
  page = await Invoice.find({ account: 'acme' }, { limit: 10, next });
  pages.push(page.map(({ id }) => id));
}
show('pages', [pages.map(({ length }) => length), pages.flat().join() === [...pages.flat()].sort().join()]);
const ids = (found) => found.map(({ id }) => id);
const between = { account: 'acme', sk: { between: ['invoice#007', 'invoice#009'] } };
show('between', ids(await Invoice.find(between, { reverse: true })));
const cheap = { account: 'acme', total: { '<': 10 } };
show('cheap', (await Invoice.find(cheap, { index: 'ls1' })).map(({ total }) => total));
show('paid', ids(await Invoice.find({ status: 'paid' }, { index: 'gs1', where: '${total} > {20}' })));
show('count', (await Invoice.find({ account: 'acme' }, { count: true })).count);
const grouped = table.groupByType(await table.queryItems({ pk: 'account#acme' }, { parse: true, hidden: true }));
show('grouped', Object.entries(grouped).map(([type, items]) => [type, items.length]).sort());
const segments = [0, 1, 2].map((segment) => Invoice.scan({}, { segment, segments: 3 }));
show('scanned', (await Promise.all(segments)).flat().length);

const key = { account: 'acme', email: 'ann@example.com' };
const changes = {
  set: { 'address.city': 'Rome', logins: 'list_append(if_not_exists(${logins}, @{none}), @{more})' },
  add: { points: 5 },
  remove: ['photo'],
  substitutions: { none: [], more: ['monday'] },
  return: 'get',
};
const changed = await User.update(key, changes);
show('changed', [changed.address, changed.logins, changed.points, changed.photo ?? null]);
const more = { push: { logins: ['tuesday'] }, add: { roles: new Set(['dev']) }, return: 'get' };
show('pushed', (await User.update(key, more)).logins);
show('fewer', [...(await User.update(key, { delete: { roles: new Set(['admin']) }, return: 'get' })).roles]);
show('stale', await caught(() => User.update({ ...key, name: 'x' }, { where: '${points} = {4}' })));
show('missing', await caught(() => User.update({ account: 'acme', email: 'nobody@example.com', name: 'x' })));
show('upsert', (await Account.upsert({ name: 'new', counter: 3 })).counter);

const pay = async (id) => {
  const transaction = {};
  await Invoice.update({ account: 'acme', id, status: 'paid' }, { transaction, where: '${status} = {open}' });
  await Account.update({ name: 'acme' }, { transaction, add: { counter: 1 } });
  await Account.check({ name: 'new' }, { transaction, where: '${counter} = {3}' });
  await Invoice.remove({ account: 'acme', id: '024' }, { transaction, exists: null });
  return table.transact('write', transaction);
};
await pay('001');
show('paidTwice', await caught(() => pay('001')));
show('counter', (await Account.get({ name: 'acme' })).counter);

await table.updateTable({ create: { name: 'gs2', hash: 'status', sort: 'id', project: ['total'] } });
show('indexes', (await table.describeTable()).Table.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName).sort());
await User.remove(key);
await User.create({ ...ann, account: 'other' });
show('again', (await User.get({ account: 'other', email: 'ann@example.com' })).name);
show('removed', (await Invoice.remove({ account: 'acme', status: 'open' }, { many: true })).length);
await table.deleteTable('DeleteTableForever');
show('gone', await table.exists());
