// Follows a stream and rebuilds its table, as consumers do that are to survive their own end and the server's: shards
// after their parents, in one file the items and a checkpoint a shard. When standard input ends, reads what is left and
// prints the items by key. Arguments: the stream's ARN, the file.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"sort"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

type Item map[string]any

type Lease struct {
	Parent     string
	Checkpoint string // the last sequence number that was processed
	Ended      bool
	iterator   *string
}

type Follower struct {
	client *dynamodbstreams.Client
	stream string
	file   string

	Records int               `json:"records"`
	Leases  map[string]*Lease `json:"leases"`
	Items   map[string]Item   `json:"items"`
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func (f *Follower) load() {
	if state, err := os.ReadFile(f.file); !errors.Is(err, os.ErrNotExist) {
		check(err)
		check(json.Unmarshal(state, f))
	}
}

func (f *Follower) save() {
	state, err := json.Marshal(f)
	check(err)
	check(os.WriteFile(f.file+".new", state, 0o644))
	check(os.Rename(f.file+".new", f.file))
}

// discover adds the shards that are not known yet.
func (f *Follower) discover(ctx context.Context) error {
	input := &dynamodbstreams.DescribeStreamInput{StreamArn: &f.stream, Limit: aws.Int32(10)}
	for {
		page, err := f.client.DescribeStream(ctx, input)
		if err != nil {
			return err
		}
		for _, shard := range page.StreamDescription.Shards {
			if f.Leases[*shard.ShardId] == nil {
				f.Leases[*shard.ShardId] = &Lease{Parent: aws.ToString(shard.ParentShardId)}
			}
		}
		input.ExclusiveStartShardId = page.StreamDescription.LastEvaluatedShardId
		if input.ExclusiveStartShardId == nil {
			return nil
		}
	}
}

func (f *Follower) start(ctx context.Context, shard string, lease *Lease) error {
	input := &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &f.stream, ShardId: &shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	}
	if lease.Checkpoint != "" {
		input.ShardIteratorType = types.ShardIteratorTypeAfterSequenceNumber
		input.SequenceNumber = &lease.Checkpoint
	}
	output, err := f.client.GetShardIterator(ctx, input)
	if err == nil {
		lease.iterator = output.ShardIterator
	}
	return err
}

func plain(image map[string]types.AttributeValue) (item Item) {
	attributes, err := attributevalue.FromDynamoDBStreamsMap(image)
	check(err)
	check(attributevalue.UnmarshalMap(attributes, &item))
	return item
}

func (f *Follower) apply(change *types.StreamRecord) {
	name, err := json.Marshal(plain(change.Keys))
	check(err)
	key := string(name)
	item, isThere := f.Items[key]
	if isThere != (change.OldImage != nil) || isThere && !reflect.DeepEqual(item, plain(change.OldImage)) {
		log.Fatalf("The item %s is %v before %v becomes %v", key, item, plain(change.OldImage), plain(change.NewImage))
	}
	if change.NewImage != nil {
		f.Items[key] = plain(change.NewImage)
	} else {
		delete(f.Items, key)
	}
	f.Records++
}

// read asks a shard for records once, and is true if it is done with something.
func (f *Follower) read(ctx context.Context, shard string, lease *Lease) (bool, error) {
	if lease.iterator == nil {
		if err := f.start(ctx, shard, lease); err != nil {
			return false, err
		}
	}
	page, err := f.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: lease.iterator, Limit: aws.Int32(100)})
	if err != nil {
		return false, err
	}
	for _, record := range page.Records {
		f.apply(record.Dynamodb)
		lease.Checkpoint = *record.Dynamodb.SequenceNumber
	}
	lease.iterator = page.NextShardIterator
	if lease.iterator == nil {
		if err := f.discover(ctx); err != nil {
			return false, err
		}
		lease.Ended = true
	}
	isNew := len(page.Records) > 0 || lease.Ended
	if isNew {
		f.save()
	}
	return isNew, nil
}

// poll reads each shard whose turn it is.
func (f *Follower) poll(ctx context.Context) (isNew bool, err error) {
	if len(f.Leases) == 0 {
		if err := f.discover(ctx); err != nil {
			return false, err
		}
	}
	shards := make([]string, 0, len(f.Leases))
	for shard := range f.Leases {
		shards = append(shards, shard)
	}
	sort.Strings(shards)
	for _, shard := range shards {
		lease := f.Leases[shard]
		if parent := f.Leases[lease.Parent]; lease.Ended || parent != nil && !parent.Ended {
			continue
		}
		done, err := f.read(ctx, shard, lease)
		if err != nil {
			return isNew, err
		}
		isNew = isNew || done
	}
	return isNew, nil
}

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	check(err)
	f := &Follower{
		client: dynamodbstreams.NewFromConfig(cfg), stream: os.Args[1], file: os.Args[2],
		Leases: map[string]*Lease{}, Items: map[string]Item{},
	}
	f.load()
	stop := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(stop)
	}()
	for isLast := false; ; {
		isNew, err := f.poll(ctx)
		if err != nil {
			log.Print(err)
			for _, lease := range f.Leases {
				lease.iterator = nil
			}
		} else if isLast && !isNew {
			break
		}
		if isNew {
			continue
		}
		select {
		case <-stop:
			isLast = true
		case <-time.After(20 * time.Millisecond):
		}
	}
	for key, item := range f.Items {
		line, err := json.Marshal(map[string]Item{key: item})
		check(err)
		fmt.Println(string(line))
	}
}
