// A company's tasks with ElectroDB: two entities in one table, found together in collections.
import { Entity, Service } from 'electrodb';
import { caught, client, makeTable, show } from './program.js';

const table = 'company';
await makeTable(table);

const key = (pk, sk, index = '') => ({
  pk: { field: `${index}pk`, composite: pk },
  sk: { field: `${index}sk`, composite: sk },
});
const Employee = new Entity(
  {
    model: { entity: 'employee', version: '1', service: 'company' },
    attributes: {
      id: { type: 'string', required: true },
      team: { type: 'string', required: true },
      name: { type: 'string', required: true },
      salary: { type: 'number', default: 1000 },
      skills: { type: 'set', items: 'string' },
      address: { type: 'map', properties: { city: { type: 'string' }, zip: { type: 'string' } } },
      notes: { type: 'list', items: { type: 'string' } },
      version: { type: 'number', default: 1 },
      leavesAt: { type: 'number' },
    },
    indexes: {
      employee: { collection: 'desk', ...key(['id'], []) },
      team: { index: 'gsi1', collection: 'staff', ...key(['team'], ['name'], 'gsi1') },
    },
  },
  { client, table },
);
const Task = new Entity(
  {
    model: { entity: 'task', version: '1', service: 'company' },
    attributes: {
      id: { type: 'string', required: true },
      number: { type: 'number', required: true, padding: { length: 4, char: '0' } },
      team: { type: 'string', required: true },
      status: { type: ['open', 'done'], default: 'open' },
      due: { type: 'string', default: '2030-01-01' },
      points: { type: 'number', default: 1 },
    },
    indexes: {
      task: { collection: 'desk', ...key(['id'], ['number']) },
      due: { index: 'lsi1', pk: { field: 'pk', composite: ['id'] }, sk: { field: 'lsi1sk', composite: ['due'] } },
      team: { index: 'gsi1', collection: 'staff', ...key(['team'], ['status', 'number'], 'gsi1') },
    },
  },
  { client, table },
);
const company = new Service({ Employee, Task });
const numbers = (found) => found.data.map((task) => task.number);

const ann = { id: 'ann', team: 'red', name: 'Ann', skills: ['go', 'c++'], address: { city: 'Rome' }, notes: ['new'] };
await Employee.create(ann).go();
show('twice', await caught(() => Employee.create(ann).go()));
show('nobody', (await Employee.get({ id: 'nobody' }).go()).data);
show('patched', await caught(() => Employee.patch({ id: 'nobody' }).set({ name: 'x' }).go()));
const tasks = Array.from({ length: 60 }, (_, n) => {
  const due = `2026-${String((n % 12) + 1).padStart(2, '0')}-01`;
  return { id: 'ann', number: n, team: 'red', due, points: n % 7, status: n % 3 ? 'open' : 'done' };
});
show('put', (await Task.put(tasks).go({ concurrency: 3 })).unprocessed);
const all = await Task.get(tasks.map(({ id, number }) => ({ id, number }))).go({ preserveBatchOrder: true });
show('got', [numbers(all).every((number, n) => number === n), all.unprocessed.length]);

const pages = [];
for (let cursor = null, page; page === undefined || cursor; cursor = page.cursor) {
  page = await Task.query.task({ id: 'ann' }).go({ cursor, limit: 25 });
  pages.push(numbers(page));
}
show('pages', [pages.map((page) => page.length), pages.flat().every((number, n) => number === n)]);
show('between', numbers(await Task.query.task({ id: 'ann' }).between({ number: 9 }, { number: 11 }).go()));
const due = Task.query.due({ id: 'ann' }).begins({ due: '2026-02' });
show('due', numbers(await due.go({ order: 'desc', pages: 'all' })).sort((a, b) => a - b));
const worth = Task.query.team({ team: 'red', status: 'open' }).where(({ points, number }, { eq, gt }) => {
  return `${eq(points, 6)} and ${gt(number, 30)}`;
});
show('worth', numbers(await worth.go({ pages: 'all' })));
const desk = (await company.collections.desk({ id: 'ann' }).go({ pages: 'all' })).data;
show('desk', [desk.Employee.map(({ name, salary }) => [name, salary]), desk.Task.length]);
const staff = (await company.collections.staff({ team: 'red' }).go({ pages: 'all', order: 'desc' })).data;
show('staff', [staff.Employee.length, staff.Task.filter(({ status }) => status === 'done').length]);

const changed = await Employee.update({ id: 'ann' })
  .set({ leavesAt: 1900000000 })
  .add({ salary: 50, version: 1 })
  .delete({ skills: ['go'] })
  .append({ notes: ['promoted'] })
  .data(({ address }, { set }) => set(address.zip, '00100'))
  .where(({ version }, { eq }) => eq(version, 1))
  .go({ response: 'all_new' });
show('changed', { ...changed.data, skills: [...changed.data.skills].sort() });
const stale = Employee.update({ id: 'ann' }).set({ salary: 0 }).where(({ version }, { eq }) => eq(version, 1));
show('stale', await caught(() => stale.go()));
const upserted = Employee.upsert({ id: 'bob', team: 'blue', name: 'Bob' }).add({ salary: 5 });
show('upserted', (await upserted.go({ response: 'all_new' })).data);

const move = (from, number) =>
  company.transaction
    .write(({ Employee, Task }) => [
      Employee.check({ id: from }).where(({ name }, { exists }) => exists(name)).commit(),
      Task.create({ id: 'bob', number, team: 'blue' }).commit({ response: 'all_old' }),
      Task.remove({ id: from, number }).commit(),
    ])
    .go();
show('moved', (await move('ann', 7)).canceled);
const refused = await move('ann', 7);
show('refused', [refused.canceled, refused.data.map(({ code, item }) => [code, item && item.number])]);
const both = company.transaction.get(({ Task }) => ['ann', 'bob'].map((id) => Task.get({ id, number: 7 }).commit()));
show('both', (await both.go()).data.map(({ item }) => item && item.team));

await Task.delete(tasks.map(({ id, number }) => ({ id, number }))).go();
const first = Employee.delete({ id: 'ann' }).where(({ salary }, { eq }) => eq(salary, 1050));
show('deleted', (await first.go({ response: 'all_old' })).data.name);
show('left', (await Employee.scan.go()).data.map(({ id }) => id));
