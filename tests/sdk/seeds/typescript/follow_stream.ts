// Follows a stream and rebuilds its table, as consumers do that are to survive their own end and the server's: shards
// after their parents, in one file the items and a checkpoint a shard. When standard input ends, reads what is left and
// prints the items by key. Arguments: the stream's ARN, the file, where to begin: TRIM_HORIZON, or LATEST, which takes
// what was there before from a scan.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type ShardFilter,
} from '@aws-sdk/client-dynamodb-streams';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

interface Lease {
  parent?: string;
  start: 'TRIM_HORIZON' | 'LATEST';
  checkpoint?: string; // the last sequence number that was processed
  ended?: boolean;
}

interface State {
  records: number;
  leases: Record<string, Lease>;
  items: Record<string, Record<string, unknown>>;
}

const [StreamArn, file, position] = process.argv.slice(2);
const streams = new DynamoDBStreamsClient({});
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const iterators = new Map<string, string | undefined>();
let state: State | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
let stopping = false;

function save(state: State): void {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

const keyOf = (key: Record<string, unknown>) => JSON.stringify(Object.fromEntries(Object.entries(key).sort()));

async function shards(ShardFilter?: ShardFilter): Promise<Shard[]> {
  const found: Shard[] = [];
  let ExclusiveStartShardId: string | undefined;
  do {
    const page = await streams.send(new DescribeStreamCommand({ StreamArn, Limit: 3, ExclusiveStartShardId, ShardFilter }));
    found.push(...page.StreamDescription!.Shards!);
    ExclusiveStartShardId = page.StreamDescription!.LastEvaluatedShardId;
  } while (ExclusiveStartShardId);
  return found;
}

async function iteratorOf(ShardId: string, lease: Lease): Promise<string> {
  const from = lease.checkpoint
    ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: lease.checkpoint }
    : { ShardIteratorType: lease.start };
  return (await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...from }))).ShardIterator!;
}

async function begin(): Promise<State> {
  const made: State = { records: 0, leases: {}, items: {} };
  const start = position === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON';
  for (const shard of await shards()) {
    if (start === 'LATEST' && shard.SequenceNumberRange!.EndingSequenceNumber) continue;
    made.leases[shard.ShardId!] = { parent: shard.ParentShardId, start };
  }
  if (start === 'LATEST') {
    for (const [shard, lease] of Object.entries(made.leases)) iterators.set(shard, await iteratorOf(shard, lease));
    const TableName = StreamArn.split('/')[1];
    for await (const page of paginateScan({ client: documents }, { TableName, ConsistentRead: true })) {
      for (const item of page.Items!) made.items[keyOf({ pk: item.pk, sk: item.sk })] = item;
    }
  }
  return made;
}

// A place that is LATEST is nowhere but in the iterator.
const isLost = (state: State) =>
  Object.entries(state.leases).some(([shard, l]) => l.start === 'LATEST' && !l.checkpoint && !l.ended && !iterators.has(shard));

function apply(state: State, record: _Record): void {
  const { Keys, OldImage, NewImage } = record.dynamodb!;
  const key = keyOf(unmarshall(Keys!));
  const old = OldImage && unmarshall(OldImage);
  if (position !== 'LATEST' && !isDeepStrictEqual(state.items[key], old)) {
    console.error('The item is', state.items[key], 'before', JSON.stringify(record));
    process.exit(1);
  }
  if (NewImage) state.items[key] = unmarshall(NewImage);
  else delete state.items[key];
  state.records++;
}

async function poll(state: State): Promise<boolean> {
  let isNew = false;
  for (const [shard, lease] of Object.entries(state.leases)) {
    const parent = lease.parent ? state.leases[lease.parent] : undefined;
    if (lease.ended || (parent && !parent.ended)) continue;
    const ShardIterator = iterators.get(shard) ?? (await iteratorOf(shard, lease));
    const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
    for (const record of page.Records!) {
      apply(state, record);
      lease.checkpoint = record.dynamodb!.SequenceNumber;
    }
    iterators.set(shard, page.NextShardIterator);
    if (!page.NextShardIterator) {
      for (const child of await shards({ Type: 'CHILD_SHARDS', ShardId: shard })) {
        state.leases[child.ShardId!] ??= { parent: shard, start: 'TRIM_HORIZON' };
      }
      lease.ended = true;
    }
    if (page.Records!.length || lease.ended) {
      save(state);
      isNew = true;
    }
  }
  return isNew;
}

process.stdin.on('end', () => (stopping = true)).resume();
for (;;) {
  const isLast = stopping;
  try {
    if (!state || isLost(state)) save((state = await begin()));
    if (await poll(state)) continue;
    if (isLast) break;
  } catch (error) {
    console.error(String(error));
    iterators.clear();
  }
  await setTimeout(20);
}
for (const [key, item] of Object.entries(state.items)) console.log(JSON.stringify({ [key]: item }));
