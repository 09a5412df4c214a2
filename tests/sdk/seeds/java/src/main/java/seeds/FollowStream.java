package seeds;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Follows a stream and rebuilds its table, as consumers do that are to survive their own end and the server's: shards
 * after their parents, in one file the items and a checkpoint a shard. When standard input ends, reads what is left and
 * prints the items by key. Arguments: the stream's ARN, the file.
 */
public final class FollowStream {
  /** What is remembered of a shard. */
  static final class Lease {
    public String parent;
    public String checkpoint; // the last sequence number that was processed
    public boolean ended;
    @JsonIgnore String iterator;
  }

  static final class State {
    public int records;
    public Map<String, Lease> leases = new TreeMap<>();
    public Map<String, Map<String, Object>> items = new HashMap<>();
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final DynamoDbStreamsClient client = DynamoDbStreamsClient.create();
  private final String stream;
  private final Path file;
  private final State state;

  private FollowStream(String stream, Path file) throws IOException {
    this.stream = stream;
    this.file = file;
    state = Files.exists(file) ? JSON.readValue(file.toFile(), State.class) : new State();
  }

  private void save() throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    JSON.writeValue(next.toFile(), state);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Adds the shards that are not known yet: of those behind a shard, where its children are, or of all. */
  private void discover(String last) {
    do {
      DescribeStreamRequest request =
          DescribeStreamRequest.builder().streamArn(stream).limit(7).exclusiveStartShardId(last).build();
      StreamDescription page = client.describeStream(request).streamDescription();
      for (Shard shard : page.shards()) {
        state.leases.computeIfAbsent(
            shard.shardId(),
            id -> {
              Lease lease = new Lease();
              lease.parent = shard.parentShardId();
              return lease;
            });
      }
      last = page.lastEvaluatedShardId();
    } while (last != null);
  }

  private String iteratorOf(String shard, Lease lease) {
    GetShardIteratorRequest.Builder request = GetShardIteratorRequest.builder().streamArn(stream).shardId(shard);
    if (lease.checkpoint == null) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).sequenceNumber(lease.checkpoint);
    }
    return client.getShardIterator(request.build()).shardIterator();
  }

  private static Map<String, Object> plain(Map<String, AttributeValue> image) throws IOException {
    String json = EnhancedDocument.fromAttributeValueMap(image).toJson();
    return JSON.readValue(json, new TypeReference<TreeMap<String, Object>>() {});
  }

  private void apply(StreamRecord change) throws IOException {
    String key = JSON.writeValueAsString(plain(change.keys()));
    Map<String, Object> before = change.hasOldImage() ? plain(change.oldImage()) : null;
    if (!Objects.equals(state.items.get(key), before)) {
      throw new IllegalStateException("The item is " + state.items.get(key) + " before " + change);
    }
    if (change.hasNewImage()) {
      state.items.put(key, plain(change.newImage()));
    } else {
      state.items.remove(key);
    }
    state.records++;
  }

  /** Asks a shard for records once, and is true if it is done with something. */
  private boolean read(String shard, Lease lease) throws IOException {
    if (lease.iterator == null) lease.iterator = iteratorOf(shard, lease);
    String iterator = lease.iterator;
    GetRecordsResponse page = client.getRecords(request -> request.shardIterator(iterator).limit(100));
    for (Record record : page.records()) {
      apply(record.dynamodb());
      lease.checkpoint = record.dynamodb().sequenceNumber();
    }
    lease.iterator = page.nextShardIterator();
    if (lease.iterator == null) {
      boolean hasChild = state.leases.values().stream().anyMatch(other -> shard.equals(other.parent));
      if (!hasChild) discover(shard);
      lease.ended = true;
    }
    boolean isNew = page.hasRecords() && !page.records().isEmpty() || lease.ended;
    if (isNew) save();
    return isNew;
  }

  /** Reads each shard whose turn it is. */
  private boolean poll() throws IOException {
    if (state.leases.isEmpty()) discover(null);
    boolean isNew = false;
    for (String shard : List.copyOf(state.leases.keySet())) {
      Lease lease = state.leases.get(shard);
      Lease parent = lease.parent == null ? null : state.leases.get(lease.parent);
      if (lease.ended || parent != null && !parent.ended) continue;
      isNew |= read(shard, lease);
    }
    return isNew;
  }

  private void follow(CountDownLatch stop) throws IOException, InterruptedException {
    for (boolean isLast = false; ; isLast = stop.await(20, TimeUnit.MILLISECONDS)) {
      try {
        boolean isNew = poll();
        while (isNew) isNew = poll();
        if (isLast) return;
      } catch (SdkException error) {
        System.err.println(error);
        state.leases.values().forEach(lease -> lease.iterator = null);
      }
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    Thread waiter =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException error) {
                System.err.println(error);
              }
              stop.countDown();
            });
    waiter.setDaemon(true);
    waiter.start();
    FollowStream follower = new FollowStream(arguments[0], Path.of(arguments[1]));
    follower.follow(stop);
    for (Map.Entry<String, Map<String, Object>> item : follower.state.items.entrySet()) {
      System.out.println(JSON.writeValueAsString(Map.of(item.getKey(), item.getValue())));
    }
  }
}
