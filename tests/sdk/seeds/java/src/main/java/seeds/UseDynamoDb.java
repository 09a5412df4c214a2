package seeds;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Accounts kept with the client of the plain operations; prints what its user would see. */
public final class UseDynamoDb {
  private static final String TABLE = "Accounts";

  private final DynamoDbClient client = DynamoDbClient.create();

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static AttributeValue number(int value) {
    return AttributeValue.fromN(Integer.toString(value));
  }

  private static Map<String, AttributeValue> key(int account) {
    return Map.of("pk", text("bank"), "sk", text(String.format("a%03d", account)));
  }

  private void createTable() {
    client.createTable(
        table ->
            table
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(
                    KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build(),
                    KeySchemaElement.builder().attributeName("sk").keyType(KeyType.RANGE).build())
                .attributeDefinitions(
                    AttributeDefinition.builder().attributeName("pk").attributeType(ScalarAttributeType.S).build(),
                    AttributeDefinition.builder().attributeName("sk").attributeType(ScalarAttributeType.S).build()));
    client.waiter().waitUntilTableExists(request -> request.tableName(TABLE));
    System.out.println("table: " + client.describeTable(t -> t.tableName(TABLE)).table().tableStatus());
  }

  private void fill(int accounts) {
    for (int first = 0; first < accounts; first += 25) {
      List<WriteRequest> requests =
          IntStream.range(first, Math.min(first + 25, accounts))
              .mapToObj(
                  account -> {
                    Map<String, AttributeValue> item = new HashMap<>(key(account));
                    item.put("balance", number(100));
                    item.put("note", text("x".repeat(20_000)));
                    return WriteRequest.builder().putRequest(PutRequest.builder().item(item).build()).build();
                  })
              .toList();
      client.batchWriteItem(batch -> batch.requestItems(Map.of(TABLE, requests)));
    }
  }

  private void update() {
    Map<String, AttributeValue> after =
        client
            .updateItem(
                update ->
                    update
                        .tableName(TABLE)
                        .key(key(0))
                        .updateExpression("SET balance = balance + :more REMOVE note ADD visits :one")
                        .expressionAttributeValues(Map.of(":more", number(5), ":one", number(1)))
                        .returnValues(ReturnValue.ALL_NEW))
            .attributes();
    System.out.println("updated: " + after.get("balance").n() + " " + after.get("visits").n() + " " + after.size());
    try {
      client.putItem(
          put ->
              put.tableName(TABLE)
                  .item(key(0))
                  .conditionExpression("attribute_not_exists(pk)")
                  .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
    } catch (ConditionalCheckFailedException refused) {
      String message = refused.awsErrorDetails().errorMessage();
      System.out.println("refused: " + message + " " + refused.item().get("balance").n());
    }
  }

  private static TransactWriteItem add(int account, int amount) {
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(TABLE)
                    .key(key(account))
                    .updateExpression("SET balance = balance + :amount")
                    .conditionExpression("balance >= :least")
                    .expressionAttributeValues(Map.of(":amount", number(amount), ":least", number(-amount))))
        .build();
  }

  private void transfer(int from, int to, int amount) {
    try {
      client.transactWriteItems(request -> request.transactItems(add(from, -amount), add(to, amount)));
      System.out.println("transferred: " + amount);
    } catch (TransactionCanceledException cancelled) {
      System.out.println("cancelled: " + cancelled.cancellationReasons().stream().map(r -> r.code()).toList());
    }
  }

  private static TransactGetItem balance(int account) {
    return TransactGetItem.builder()
        .get(get -> get.tableName(TABLE).key(key(account)).projectionExpression("balance"))
        .build();
  }

  private void read() {
    var pages =
        client.queryPaginator(
            query ->
                query
                    .tableName(TABLE)
                    .keyConditionExpression("pk = :bank AND sk BETWEEN :from AND :to")
                    .expressionAttributeValues(
                        Map.of(":bank", text("bank"), ":from", text("a001"), ":to", text("a089"))));
    System.out.println("pages: " + pages.stream().count() + ", items: " + pages.items().stream().count());
    var both = client.transactGetItems(request -> request.transactItems(balance(0), balance(1)));
    System.out.println("balances: " + both.responses().stream().map(r -> r.item().get("balance").n()).toList());
    int sum =
        client.scanPaginator(scan -> scan.tableName(TABLE).projectionExpression("balance").limit(30)).items().stream()
            .mapToInt(item -> Integer.parseInt(item.get("balance").n()))
            .sum();
    System.out.println("sum: " + sum);
  }

  private void deleteTable() {
    client.deleteTable(table -> table.tableName(TABLE));
    client.waiter().waitUntilTableNotExists(table -> table.tableName(TABLE));
    try {
      client.getItem(get -> get.tableName(TABLE).key(key(0)));
    } catch (ResourceNotFoundException gone) {
      System.out.println("gone: " + gone.awsErrorDetails().errorMessage());
    }
  }

  public static void main(String[] arguments) {
    UseDynamoDb user = new UseDynamoDb();
    user.createTable();
    user.fill(100);
    user.update();
    user.transfer(0, 1, 30);
    user.transfer(0, 1, 90);
    user.read();
    user.deleteTable();
  }
}
