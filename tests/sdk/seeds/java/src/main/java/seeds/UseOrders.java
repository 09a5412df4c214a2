package seeds;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbIndex;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.model.Page;
import software.amazon.awssdk.enhanced.dynamodb.model.PutItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.enhanced.dynamodb.model.ReadBatch;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Orders kept with the enhanced client; prints what its user would see. */
public final class UseOrders {
  private final DynamoDbEnhancedClient client = DynamoDbEnhancedClient.create();
  private final DynamoDbTable<Order> orders = client.table("Orders", TableSchema.fromBean(Order.class));
  private final DynamoDbIndex<Order> byStatus = orders.index("by-status");

  private static Key key(String customer, String id) {
    return Key.builder().partitionValue(customer).sortValue(id).build();
  }

  private static String shown(SdkIterable<Page<Order>> pages) {
    return pages.stream().flatMap(page -> page.items().stream()).map(Order::getId).collect(Collectors.joining(" "));
  }

  private void create() {
    orders.createTable(
        table ->
            table.globalSecondaryIndices(
                index -> index.indexName("by-status").projection(p -> p.projectionType(ProjectionType.ALL))));
    System.out.println("table: " + orders.describeTable().table().tableStatus());
    orders.putItem(new Order("ann", "o1", "OPEN", 30, Set.of("gift")));
    for (int i = 2; i <= 6; i++) {
      orders.putItem(new Order(i < 5 ? "ann" : "bob", "o" + i, i % 2 == 0 ? "OPEN" : "PAID", i, null));
    }
  }

  private void read() {
    System.out.println("one: " + orders.getItem(key("ann", "o1")));
    System.out.println("none: " + orders.getItem(key("ann", "o9")));
    QueryConditional from3 = QueryConditional.sortGreaterThanOrEqualTo(key("ann", "o3"));
    System.out.println("from o3: " + shown(orders.query(from3)));
    QueryConditional open = QueryConditional.keyEqualTo(Key.builder().partitionValue("OPEN").build());
    System.out.println("open: " + shown(byStatus.query(open)));
    System.out.println("dear first: " + shown(byStatus.query(q -> q.queryConditional(open).scanIndexForward(false))));
    ReadBatch.Builder<Order> batch = ReadBatch.builder(Order.class).mappedTableResource(orders);
    for (int i = 1; i <= 9; i++) batch.addGetItem(key("ann", "o" + i));
    SdkIterable<Order> found = client.batchGetItem(read -> read.readBatches(batch.build())).resultsForTable(orders);
    System.out.println("of ann: " + found.stream().map(Order::getId).sorted().toList());
    System.out.println("all: " + orders.scan().items().stream().count());
  }

  /** Two who have read the same version: the second must not overwrite what the first has written. */
  private void updateTwice() {
    Order first = orders.getItem(key("ann", "o1"));
    Order second = orders.getItem(key("ann", "o1"));
    first.setStatus("PAID");
    System.out.println("updated: " + orders.updateItem(first));
    second.setTotal(1);
    try {
      orders.updateItem(second);
    } catch (ConditionalCheckFailedException refused) {
      System.out.println("refused: " + refused.awsErrorDetails().errorMessage());
    }
  }

  private void putNew(String id) {
    Expression isNew = Expression.builder().expression("attribute_not_exists(sk)").build();
    Order order = new Order("bob", id, "OPEN", 7, Set.of("a", "b"));
    try {
      orders.putItem(PutItemEnhancedRequest.builder(Order.class).item(order).conditionExpression(isNew).build());
      System.out.println("new: " + orders.getItem(key("bob", id)).getTags().stream().sorted().toList());
    } catch (ConditionalCheckFailedException refused) {
      System.out.println("not new: " + id);
    }
  }

  private void move() {
    Order paid = orders.getItem(key("bob", "o5"));
    try {
      client.transactWriteItems(
          request ->
              request
                  .addDeleteItem(orders, key("bob", "o6"))
                  .addPutItem(orders, new Order("ann", "o6", "OPEN", 6, null))
                  .addUpdateItem(orders, paid));
      System.out.println("moved: " + orders.getItem(key("ann", "o6")) + ", " + orders.getItem(key("bob", "o6")));
      client.transactWriteItems(
          request -> request.addPutItem(orders, new Order("ann", "o7", "OPEN", 7, null)).addUpdateItem(orders, paid));
    } catch (TransactionCanceledException cancelled) {
      List<String> codes = cancelled.cancellationReasons().stream().map(reason -> reason.code()).toList();
      System.out.println("cancelled: " + codes + " " + orders.getItem(key("ann", "o7")));
    }
  }

  public static void main(String[] arguments) {
    UseOrders user = new UseOrders();
    user.create();
    user.read();
    user.updateTwice();
    user.putNew("o8");
    user.putNew("o8");
    user.move();
  }
}
