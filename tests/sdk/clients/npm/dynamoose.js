// A library of books with Dynamoose, which makes the table, sets its time to live, and later changes both.
import dynamoose from 'dynamoose';
import { caught, show } from './program.js';

const waitForActive = { enabled: true, check: { timeout: 20000, frequency: 50 } };
const fields = {
  author: { type: String, hashKey: true },
  title: { type: String, rangeKey: true, index: { name: 'titles', type: 'global', rangeKey: 'year' } },
  year: { type: Number, index: { name: 'years', type: 'local' } },
  copies: { type: Number, default: 1 },
  genres: { type: Set, schema: [String] },
  publisher: { type: Object, schema: { name: String, city: { type: Object, schema: { name: String } } } },
  readers: { type: Array, schema: [String] },
  cover: Buffer,
  bought: { type: Date },
};
const schemaOf = (more) => new dynamoose.Schema({ ...fields, ...more }, { timestamps: true });
const Book = dynamoose.model('Book', schemaOf());
const first = { waitForActive, throughput: { read: 5, write: 2 }, tags: { team: 'readers', stage: 'old' } };
const expires = { ttl: 24 * 3600 * 1000, attribute: 'expiresAt', items: { returnExpired: false } };
const library = new dynamoose.Table('library', [Book], { ...first, expires, initialize: false });
await library.initialize();

const titles = (found) => [...found].map(({ title }) => title);
const emma = {
  author: 'Austen',
  title: 'Emma',
  year: 1815,
  copies: 3,
  genres: new Set(['novel', 'comedy']),
  publisher: { name: 'Murray', city: { name: 'London' } },
  readers: ['ann'],
  cover: Buffer.from([1, 2, 255]),
  bought: new Date(86400000),
};
const made = await Book.create(emma);
show('made', [typeof made.createdAt, made.expiresAt > Date.now() / 1000]);
show('twice', await caught(() => Book.create(emma)));
const stored = await Book.get({ author: 'Austen', title: 'Emma' }, { consistent: true });
show('stored', [[...stored.genres].sort(), [...stored.cover], stored.bought.getTime(), stored.publisher.city.name]);
show('nobody', (await Book.get({ author: 'Nobody', title: 'None' })) ?? null);

const shelf = Array.from({ length: 25 }, (_, n) => ({ author: 'Verne', title: `Book ${n}`, year: 1850 + n, copies: n % 4 }));
show('put', (await Book.batchPut(shelf)).unprocessedItems);
const wanted = [0, 1, 24, 99].map((n) => ({ author: 'Verne', title: `Book ${n}` }));
const got = await Book.batchGet(wanted);
show('got', [titles(got).sort(), got.unprocessedKeys]);

const pages = [];
for (let lastKey, page; !page || lastKey; lastKey = page.lastKey) {
  const query = Book.query('author').eq('Verne').limit(10);
  page = await (lastKey ? query.startAt(lastKey) : query).exec();
  pages.push(page.count);
}
show('pages', pages);
const late = Book.query('author').eq('Verne').where('year').between(1870, 1890).using('years');
show('late', titles(await late.sort('descending').exec()));
show(
  'titles',
  (await Book.query('title').eq('Book 7').where('year').lt(1900).exec()).map(({ author }) => author),
);
const lent = Book.query('author').eq('Verne').where('title').beginsWith('Book 1').and().where('copies').ge(2).all();
show('lent', titles(await lent.exec()));
show('count', (await Book.query('author').eq('Verne').filter('copies').in([0, 3]).count().exec()).count);
show('scan', (await Book.scan('title').contains('7').or().where('copies').eq(3).parallel(3).all().exec()).count);
show('attributes', await Book.scan('title').eq('Emma').attributes(['year', 'title']).exec());

const key = { author: 'Austen', title: 'Emma' };
const changed = await Book.update(key, {
  $SET: { publisher: { name: 'Penguin', city: { name: 'New York' } } },
  $ADD: { copies: 2, readers: ['bob'], genres: new Set(['classic']) },
  $REMOVE: ['cover'],
});
show('changed', [changed.copies, changed.readers, [...changed.genres].sort(), changed.publisher, changed.cover ?? null]);
const fewer = await Book.update(key, { $DELETE: { genres: new Set(['comedy']) } });
show('fewer', [...fewer.genres].sort());
const free = new dynamoose.Condition().where('copies').gt(5).or().where('title').not().contains('mm');
show('refused', await caught(() => Book.update(key, { copies: 0 }, { condition: free })));
stored.year = 1816;
await stored.save({ condition: new dynamoose.Condition('year').eq(1815) });
show('saved', [
  (await Book.get(key)).year,
  await caught(() => stored.save({ condition: new dynamoose.Condition('year').eq(1815) })),
]);

const lend = (title) => [
  Book.transaction.update({ author: 'Verne', title }, { $ADD: { copies: -1 } }),
  Book.transaction.create({ author: 'Lent', title, year: 2026 }),
  Book.transaction.condition(key, new dynamoose.Condition('year').eq(1816)),
  Book.transaction.delete({ author: 'Verne', title: 'Book 24' }),
];
await dynamoose.transaction(lend('Book 3'));
const twice = await dynamoose.transaction(lend('Book 3')).catch((error) => error);
show('lentTwice', [twice.name, twice.CancellationReasons.map(({ Code }) => Code)]);
const both = await dynamoose.transaction([
  Book.transaction.get({ author: 'Lent', title: 'Book 3' }),
  Book.transaction.get(key),
]);
show('both', titles(both));

const Changed = dynamoose.model(
  'Book',
  schemaOf({ publisherName: { type: String, index: { name: 'publishers', type: 'global' } } }),
);
const second = { waitForActive, throughput: 'ON_DEMAND', tags: { stage: 'new' }, tableClass: 'infrequentAccess' };
const streamOptions = { enabled: true, type: 'NEW_IMAGE' };
const grown = new dynamoose.Table('library', [Changed], { ...second, expires, streamOptions, update: true, initialize: false });
await grown.initialize();
await Changed.create({ author: 'Shelley', title: 'Frankenstein', year: 1818, publisherName: 'Lackington' });
show('publishers', titles(await Changed.query('publisherName').eq('Lackington').exec()));

await Changed.batchDelete(shelf.map(({ author, title }) => ({ author, title })));
await (await Changed.get(key)).delete();
show('left', titles(await Changed.scan().all().exec()).sort());
