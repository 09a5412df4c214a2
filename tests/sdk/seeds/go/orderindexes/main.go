// A table with a local and a global index through the SDK v2, and what a user of it would see.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type Order struct {
	UserID    string
	OrderID   string
	Status    string `dynamodbav:",omitempty"`
	Timestamp int64
}

var table = aws.String("Orders")

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func key(partition, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(partition), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

func definition(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: kind}
}

func orders(input *dynamodb.QueryInput, client *dynamodb.Client) (found []string, err error) {
	input.TableName = table
	input.Limit = aws.Int32(2)
	pages := dynamodb.NewQueryPaginator(client, input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			return nil, err
		}
		var items []Order
		check(attributevalue.UnmarshalListOfMaps(page.Items, &items))
		for _, order := range items {
			found = append(found, order.OrderID)
		}
	}
	return found, nil
}

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	check(err)
	client := dynamodb.NewFromConfig(cfg)
	projection := &types.Projection{ProjectionType: types.ProjectionTypeAll}
	made, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: table,
		KeySchema: key("UserID", "OrderID"),
		AttributeDefinitions: []types.AttributeDefinition{
			definition("UserID", "S"), definition("OrderID", "S"), definition("Status", "S"), definition("Timestamp", "N"),
		},
		LocalSecondaryIndexes: []types.LocalSecondaryIndex{
			{IndexName: aws.String("TimestampIndex"), KeySchema: key("UserID", "Timestamp"), Projection: projection},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			{IndexName: aws.String("StatusIndex"), KeySchema: key("Status", "Timestamp"), Projection: projection},
		},
		BillingMode: types.BillingModePayPerRequest,
	})
	check(err)
	fmt.Println(made.TableDescription.GlobalSecondaryIndexes[0].IndexStatus)
	check(dynamodb.NewTableExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, 10*time.Second))

	for _, order := range []Order{
		{"alice", "1", "pending", 30}, {"alice", "2", "", 4}, {"alice", "3", "shipped", 200}, {"bob", "4", "pending", 5}, {"bob", "5", "pending", -5},
	} {
		item, err := attributevalue.MarshalMap(order)
		check(err)
		_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item})
		check(err)
	}
	local := dynamodb.QueryInput{
		IndexName:                 aws.String("TimestampIndex"),
		KeyConditionExpression:    aws.String("UserID = :user"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":user": &types.AttributeValueMemberS{Value: "alice"}},
		ConsistentRead:            aws.Bool(true),
	}
	found, err := orders(&local, client)
	fmt.Println(found, err)
	global := dynamodb.QueryInput{
		IndexName:                 aws.String("StatusIndex"),
		KeyConditionExpression:    aws.String("#status = :status"),
		ExpressionAttributeNames:  map[string]string{"#status": "Status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":status": &types.AttributeValueMemberS{Value: "pending"}},
		ScanIndexForward:          aws.Bool(false),
	}
	found, err = orders(&global, client)
	fmt.Println(found, err)
	global.ConsistentRead = aws.Bool(true)
	_, err = orders(&global, client)
	var refused interface {
		ErrorCode() string
		ErrorMessage() string
	}
	fmt.Println(errors.As(err, &refused), refused.ErrorCode(), refused.ErrorMessage())
}
